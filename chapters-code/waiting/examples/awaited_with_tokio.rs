use std::time::Duration;

use multiprocess::{Child, Process};
use serde::de::DeserializeOwned;
use tokio::net::unix::pipe::Receiver;
use tokio::{runtime, time};

// ANCHOR: join
type Result<R> = std::result::Result<R, Box<dyn std::error::Error>>;

/// Waits for the process without blocking the thread.
async fn join<R: DeserializeOwned>(child: &mut Child<R>) -> Result<R> {
    // A second descriptor, for tokio to watch. It is not a pipe, and it is
    // never read.
    let sentinel = child.sentinel().try_clone_to_owned()?;
    Receiver::from_owned_fd_unchecked(sentinel)?.readable().await?;
    Ok(child.join()?)
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
    let (six, seven) = tokio::join!(join(&mut six), join(&mut seven));
    println!("{} and {}", six?, seven?);

    let mut slow = Process::new(wait_forever, ()).start()?;
    let limit = Duration::from_millis(100);
    if time::timeout(limit, join(&mut slow)).await.is_err() {
        println!("the time is up");
        slow.kill()?;
    }
    println!("killed: {}", join(&mut slow).await.is_err());
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
