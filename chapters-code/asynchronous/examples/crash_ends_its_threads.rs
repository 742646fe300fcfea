use std::io::{PipeReader, pipe, read_to_string};
use std::time::Duration;
use std::{process, thread};

use multiprocess::{Descriptor, Process, Result};

// TIMELINE: brief

// ANCHOR: crash
fn crash() {
    thread::spawn(|| process::abort());
    thread::sleep(Duration::from_secs(60)); // stands for work
    println!("the first thread has done its work");
}

fn work(until: Descriptor) {
    let until = PipeReader::from(until.into_fd());
    read_to_string(until).expect("the pipe can be read");
    println!("the neighbor has done its work");
}

fn main() -> Result<()> {
    multiprocess::init();
    let (reader, writer) = pipe().expect("a pipe can be made");
    let neighbor = Process::new(work, (Descriptor::from(reader),));
    let mut neighbor = neighbor.name("neighbor").start()?;
    let mut crashing = Process::new(crash, ()).name("crashing").start()?;
    if let Err(ended) = crashing.join() {
        println!("{ended}");
    }
    println!("the neighbor is alive: {}", neighbor.is_alive()?);
    drop(writer); // now the neighbor may finish
    neighbor.join()?;
    Ok(())
}
// ANCHOR_END: crash
