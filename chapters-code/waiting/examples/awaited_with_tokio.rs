use std::time::Duration;

use multiprocess::{Child, Process};
use tokio::net::unix::pipe::Receiver;
use tokio::{runtime, time};

// ANCHOR: join
type Result<R> = std::result::Result<R, Box<dyn std::error::Error>>;

/// Waits until the process has ended, without blocking the thread.
async fn ended<R>(child: &Child<R>) -> Result<()> {
    // A second descriptor, for tokio to watch. It is not a pipe, and it is
    // never read.
    let sentinel = child.sentinel().try_clone_to_owned()?;
    Ok(Receiver::from_owned_fd_unchecked(sentinel)?.readable().await?)
}
// ANCHOR_END: join

fn square(n: u32) -> u32 {
    n * n
}

fn wait_forever() {
    loop {
        std::thread::park();
    }
}

// ANCHOR: main
async fn run() -> Result<()> {
    let mut six = Process::new(square, (6,)).start()?;
    let mut seven = Process::new(square, (7,)).start()?;
    tokio::try_join!(ended(&six), ended(&seven))?;
    println!("{} and {}", six.join()?, seven.join()?);

    let mut slow = Process::new(wait_forever, ()).start()?;
    let limit = Duration::from_millis(100);
    if time::timeout(limit, ended(&slow)).await.is_err() {
        println!("the time is up");
        slow.kill()?;
    }
    ended(&slow).await?;
    println!("killed: {}", slow.join().is_err());
    Ok(())
}

fn main() -> Result<()> {
    multiprocess::init();
    // After init, because a runtime may start threads.
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run())
}
// ANCHOR_END: main
