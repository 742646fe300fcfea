use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};

use multiprocess::Process;
use nix::libc::c_int;
use nix::sys::signal::{SigHandler, Signal, signal};

static ASKED: AtomicBool = AtomicBool::new(false);

extern "C" fn note(_: c_int) {
    ASKED.store(true, Ordering::Relaxed);
}

fn work(parent: SocketAddr) -> u64 {
    // SAFETY: the handler stores to an atomic, which is allowed in one.
    unsafe { signal(Signal::SIGINT, SigHandler::Handler(note)) }
        .expect("it may be");
    TcpStream::connect(parent).expect("the parent listens");
    let mut pieces = 0;
    while !ASKED.load(Ordering::Relaxed) {
        pieces += 1;
    }
    pieces
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let door = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let here = door.local_addr().expect("it is bound");
    let mut child = Process::new(work, (here,)).start()?;
    door.accept().expect("the child comes when it is ready");
    child.interrupt()?;
    child.join()?;
    println!("the child stopped, and returned how far it had come");
    Ok(())
}
