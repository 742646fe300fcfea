use std::thread;

use multiprocess::Result;
use multiprocess::sync::Semaphore;
use nix::sys::resource::{Resource, setrlimit};

fn main() -> Result<()> {
    multiprocess::init();
    let semaphore = Semaphore::new(1)?;
    let permit = semaphore.acquire()?;
    setrlimit(Resource::RLIMIT_NOFILE, 3, 3).expect("lowering is allowed");
    thread::scope(|scope| {
        scope.spawn(|| println!("{:?}", semaphore.acquire()));
    });
    drop(permit);
    println!("{:?}", semaphore.acquire()?);
    Ok(())
}
