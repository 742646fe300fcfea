use std::thread;

use multiprocess::{Process, Result};

fn greet() {
    println!("Hello Process World");
}

fn main() -> Result<()> {
    // A logger, an async runtime or a library may do this.
    thread::spawn(thread::park);
    multiprocess::init();
    Process::new(greet, ()).start()?.join()?;
    Ok(())
}
