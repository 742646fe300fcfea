//! A child is stopped in the middle of a long message. Its receiver gives up in time and goes on with others, and the child gets its
//! value back when it goes on.

use std::time::{Duration, Instant};

use multiprocess::pipe::Sender;
use multiprocess::{Process, Result, SendErrorKind, pipe, wait};
use multiprocess_programs::said;

const LENGTH: usize = 8 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

fn send(parent: Sender<String>) -> (bool, usize, bool) {
    let error = parent.send("x".repeat(LENGTH)).expect_err("the parent gives up");
    let length = error.value.len();
    (matches!(error.kind, SendErrorKind::BrokenOff), length, parent.send(error.value).is_ok())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (sender, receiver) = pipe::<String>()?;
    let mut child = Process::new(send, (sender.clone(),)).start()?.kill_on_drop(true);
    println!("ready: {:?}", wait(&[&receiver], Some(PATIENCE))?);
    child.signal(libc::SIGSTOP)?;
    let begun = Instant::now();
    println!("from the child: {}", said(receiver.recv_timeout(Duration::from_millis(50))));
    println!("in time: {}", (50..2000).contains(&begun.elapsed().as_millis()));
    sender.send("here".to_owned())?;
    println!("then: {}", said(receiver.recv_timeout(PATIENCE)));
    child.signal(libc::SIGCONT)?;
    println!("again: {}", said(receiver.recv_timeout(PATIENCE).map(|text| text.len())));
    println!("in the child: {}", said(child.join()));
    Ok(())
}
