//! Two workers that read their standard input to its end. The first sees its end while the second one, which was started later,
//! still reads. Then what one worker writes goes to another, as its standard input and as its argument. At last a process that has
//! a pipe's end as its argument is dropped without being started, and the pipe ends beside a worker that was started meanwhile.

use std::fs::File;
use std::io::{PipeReader, Read, pipe, stdin};
use std::time::Duration;

use multiprocess::{Child, Descriptor, Process, Result, Stdio, wait};
use multiprocess_programs::said;

const PATIENCE: Duration = Duration::from_secs(10);

fn read_to_the_end() -> usize {
    stdin().read_to_end(&mut Vec::new()).expect("standard input can be read")
}

fn read_argument(input: Descriptor) -> usize {
    File::from(input.into_fd()).read_to_end(&mut Vec::new()).expect("the argument can be read")
}

fn end(child: &mut Child<usize>) -> String {
    drop(child.stdin.take());
    said(child.join_timeout(PATIENCE))
}

fn is_at_its_end(reader: &mut PipeReader) -> Result<bool> {
    let is_ready = !wait(&[&reader], Some(PATIENCE))?.is_empty();
    Ok(is_ready && reader.read(&mut [0]).expect("the pipe can be read") == 0)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let process = Process::new(read_to_the_end, ()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let (mut first, mut second) = (process.start()?.kill_on_drop(true), process.start()?.kill_on_drop(true));
    println!("beside the second: {}", end(&mut first));
    println!("the second runs: {}", second.is_alive()?);
    println!("the second: {}", end(&mut second));
    let writer = Process::new(|| print!("seven b"), ()).stdout(Stdio::piped());
    let output = || Ok::<_, multiprocess::Error>(writer.start()?.stdout.take().expect("it is piped"));
    let mut reader = Process::new(read_to_the_end, ()).stdin(output()?).start()?;
    println!("as its input: {}", said(reader.join()));
    // A file of the start takes the hole's number, so that the argument's copy takes the number that the pipe had.
    let hole = File::open("/dev/null").expect("it is there");
    let reader = Process::new(read_argument, (Descriptor::from(output()?),));
    drop(hole);
    println!("as its argument: {}", said(reader.start()?.join()));
    let (mut reader, writer) = pipe().expect("a pipe can be made");
    let never_started = Process::new(read_argument, (Descriptor::from(writer),));
    let mut beside = process.start()?.kill_on_drop(true);
    drop(never_started);
    println!("beside the third: {}", if is_at_its_end(&mut reader)? { "at its end" } else { "open" });
    println!("the third: {}", end(&mut beside));
    Ok(())
}
