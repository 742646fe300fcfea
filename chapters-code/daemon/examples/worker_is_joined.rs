use std::io::{PipeReader, PipeWriter, Write, pipe, read_to_string};
use std::time::Duration;

use multiprocess::{Descriptor, Process};

fn help(to_worker: Descriptor) {
    std::thread::sleep(Duration::from_millis(100)); // the helper is busy
    let mut to_worker = PipeWriter::from(to_worker.into_fd());
    to_worker.write_all(b"42").expect("the worker reads");
}

fn work(from_helper: Descriptor) {
    let from_helper = PipeReader::from(from_helper.into_fd());
    let answer = read_to_string(from_helper).expect("the helper writes text");
    println!("the helper's answer: {answer:?}");
}

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let (reader, writer) = pipe().expect("a pipe can be made");
    let worker = Process::new(work, (Descriptor::from(reader),));
    let mut worker = worker.name("worker").start()?;
    let helper = Process::new(help, (Descriptor::from(writer),));
    helper.name("helper").daemon(true).start()?;
    worker.join()?; // while the helper is running
    println!("main returns");
    Ok(())
}
// ANCHOR_END: main
