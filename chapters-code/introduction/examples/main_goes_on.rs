use std::{process, thread, time::Duration};

use multiprocess::Process;

// TIMELINE: brief
// ANCHOR: work
fn work() {
    thread::sleep(Duration::from_secs(5)); // time for you to kill it
    process::abort(); // a crash, such as a bug in a C library
}
// ANCHOR_END: work

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // ANCHOR: watch
    let mut worker = Process::new(work, ()).name("worker").start()?;
    if let Err(why) = worker.join() {
        println!("the worker {}", why.kind);
    }
    println!("main goes on");
    // ANCHOR_END: watch
    Ok(())
}
