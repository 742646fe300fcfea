//! Two workers that read their pipes to the end. The parent lets go of the first pipe, and the first worker does not see it
//! as long as the second lives, which has been forked with a copy of the end that was let go of.

use std::io::{PipeReader, PipeWriter, Read, pipe};
use std::sync::Mutex;
use std::time::Duration;

use multiprocess::{Child, Process, Result};
use multiprocess_programs::meeting::{Place, arrive};
use multiprocess_programs::said;

/// The next worker's pipe, of which a forked child has a copy.
static PIPE: Mutex<Option<(PipeReader, PipeWriter)>> = Mutex::new(None);

fn take_pipe() -> (PipeReader, PipeWriter) {
    PIPE.lock().expect("no thread panics").take().expect("a pipe has been made")
}

/// The worker closes its own copy of its pipe's other end, as every forked worker has to.
fn read_to_the_end(name: String) -> usize {
    let (mut reader, writer) = take_pipe();
    drop(writer);
    arrive(&name);
    reader.read_to_end(&mut Vec::new()).expect("the pipe can be read")
}

fn start(name: &str) -> Result<(Child<usize>, PipeWriter)> {
    *PIPE.lock().expect("no thread panics") = Some(pipe().expect("a pipe or a pair of sockets can be made"));
    let place = Place::new(name);
    let child = Process::new(read_to_the_end, (name.to_owned(),)).start()?;
    place.wait();
    Ok((child, take_pipe().1))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (mut first, firsts) = start("first")?;
    let (mut second, seconds) = start("second")?;
    drop(firsts);
    println!("beside the second: {}", said(first.join_timeout(Duration::from_millis(300))));
    drop(seconds);
    println!("the second: {}", said(second.join()));
    println!("then: {}", said(first.join()));
    Ok(())
}
