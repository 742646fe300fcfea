use std::{process, thread, time::Duration};

use multiprocess::Process;

// ANCHOR: program
fn work() {
    thread::sleep(Duration::from_secs(5));
    process::abort(); // a crash, such as a bug in a C library
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut worker = Process::new(work, ()).name("worker").start()?;
    if let Err(why) = worker.join() {
        println!("the worker {}", why.kind);
    }
    println!("main goes on");
    Ok(())
}
// ANCHOR_END: program
