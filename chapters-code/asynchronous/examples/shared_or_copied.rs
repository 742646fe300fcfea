use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use multiprocess::{Process, Result};

static COUNTER: AtomicU32 = AtomicU32::new(0);

fn count() {
    COUNTER.fetch_add(1, Relaxed);
}

fn main() -> Result<()> {
    multiprocess::init();
    thread::spawn(count).join().expect("the thread does not panic");
    println!("after the thread: {}", COUNTER.load(Relaxed));
    Process::new(count, ()).start()?.join()?;
    println!("after the process: {}", COUNTER.load(Relaxed));
    Ok(())
}
