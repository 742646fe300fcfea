use std::thread;

use multiprocess::{Process, Result};

fn greet() {
    println!("Hello Process World");
}

fn main() -> Result<()> {
    thread::spawn(multiprocess::init).join().expect("init cannot panic");
    Process::new(greet, ()).start()?.join()?;
    Ok(())
}
