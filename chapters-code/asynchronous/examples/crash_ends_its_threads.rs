use std::io::{PipeReader, pipe, read_to_string};
use std::process;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use multiprocess::{Descriptor, Process, Result};

fn crash() {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        sender.send(()).expect("the first thread waits");
        thread::sleep(Duration::from_secs(60)); // stands for work
        println!("the other thread has done its work");
    });
    receiver.recv().expect("the other thread has begun");
    process::abort();
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
