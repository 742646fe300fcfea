use std::time::Duration;

use multiprocess::sync::Barrier;
use multiprocess::{Process, Result};

fn meet(barrier: Barrier) -> Result<(), String> {
    barrier.wait().map(drop).map_err(|error| error.to_string())
}

fn main() -> Result<()> {
    multiprocess::init();
    let barrier = Barrier::new(3)?;
    let mut child = Process::new(meet, (barrier.clone(),)).start()?;
    if let Err(error) = barrier.wait_timeout(Duration::from_millis(10)) {
        println!("main: {error}");
    }
    if let Err(error) = child.join()? {
        println!("child: {error}");
    }
    barrier.reset()?;
    println!("broken: {}", barrier.is_broken());
    Ok(())
}
