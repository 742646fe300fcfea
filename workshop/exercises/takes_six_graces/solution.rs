use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicBool, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use multiprocess::{Child, Error, JoinErrorKind, Process, Result};
use nix::{
    libc::c_int,
    sys::signal::{SigHandler, Signal, signal},
};

/// How long children may take to end when they have been asked.
const GRACE: Duration = Duration::from_millis(250);

static ASKED: AtomicBool = AtomicBool::new(false);

extern "C" fn note(_: c_int) {
    ASKED.store(true, Ordering::Relaxed);
}

/// Collects entries until it is asked to end. Then it saves them, and returns their number.
fn journal(parent: SocketAddr, hangs: bool) -> u32 {
    let handler = if hangs { SigHandler::SigIgn } else { SigHandler::Handler(note) };
    // SAFETY: the handler only stores to an atomic, as a handler may.
    unsafe { signal(Signal::SIGTERM, handler) }.expect("SIGTERM can be handled");
    TcpStream::connect(parent).expect("the parent listens");
    while !ASKED.load(Ordering::Relaxed) {
        sleep(Duration::from_millis(25));
    }
    sleep(Duration::from_millis(40)); // stands in for saving
    100
}

/// Ends a child that has been asked to end, if it has not ended by the deadline, and gives what it returned.
fn end_by(deadline: Instant, child: &mut Child<u32>) -> Result<u32> {
    let left = deadline.saturating_duration_since(Instant::now());
    if let Some(saved) = child.join_timeout(left)? {
        return Ok(saved);
    }
    child.kill()?;
    Ok(child.join()?) // it may have ended just before the kill
}

/// Ends all of them, and gives what each returned.
fn end_all(children: &mut [Child<u32>]) -> Vec<Result<u32>> {
    for child in children.iter() {
        let _ = child.terminate(); // if it cannot be asked, it is killed
    }
    let deadline = Instant::now() + GRACE;
    children.iter_mut().map(|child| end_by(deadline, child)).collect()
}

fn main() -> Result<()> {
    multiprocess::init();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let addr = listener.local_addr().expect("the listener is bound");
    let mut children: Vec<Child<u32>> = Vec::new();
    for number in 1..=9 {
        let hangs = number % 3 != 0;
        children.push(Process::new(journal, (addr, hangs)).start()?);
        listener.accept().expect("the child connects when it is ready");
    }
    let ends = end_all(&mut children);
    let saved: u32 = ends.iter().flatten().sum();
    let was_killed = |error: &&Error| matches!(error, Error::Join(error) if matches!(error.kind, JoinErrorKind::Killed { .. }));
    let killed = ends.iter().filter_map(|end| end.as_ref().err()).filter(was_killed).count();
    println!("{saved} entries saved, {killed} children killed");
    Ok(())
}
