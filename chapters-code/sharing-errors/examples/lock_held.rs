use std::time::Duration;

use multiprocess::sync::{Event, Lock};
use multiprocess::{Process, Result};

fn hold(lock: Lock, held: Event, done: Event) {
    let _guard = lock.lock().expect("no process is killed");
    held.set();
    done.wait();
}

fn main() -> Result<()> {
    multiprocess::init();
    let (lock, held, done) = (Lock::new()?, Event::new()?, Event::new()?);
    let arguments = (lock.clone(), held.clone(), done.clone());
    let mut child = Process::new(hold, arguments).start()?;
    held.wait();
    if let Err(error) = lock.try_lock() {
        println!("try_lock: {error}");
    }
    if let Err(error) = lock.lock_timeout(Duration::from_millis(10)) {
        println!("lock_timeout: {error}");
    }
    done.set();
    println!("lock: {:?}", lock.lock()?);
    child.join()?;
    Ok(())
}
