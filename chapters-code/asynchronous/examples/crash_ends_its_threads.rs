use std::time::Duration;
use std::{process, thread};

use multiprocess::{Process, Result};

fn crash() {
    thread::spawn(|| process::abort());
    thread::sleep(Duration::from_secs(60)); // stands for work
    println!("the first thread has done its work");
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut child = Process::new(crash, ()).name("child").start()?;
    if let Err(ended) = child.join() {
        println!("{ended}");
    }
    println!("main goes on");
    Ok(())
}
