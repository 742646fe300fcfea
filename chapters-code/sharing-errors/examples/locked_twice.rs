use multiprocess::Result;
use multiprocess::sync::{Lock, RLock};

fn main() -> Result<()> {
    multiprocess::init();
    let lock = Lock::new()?;
    let _guard = lock.lock()?;
    if let Err(error) = lock.lock() {
        println!("{error}");
    }

    let lock = RLock::new()?;
    let _outer = lock.lock()?;
    let _inner = lock.lock()?;
    println!("an RLock can be taken twice");
    Ok(())
}
