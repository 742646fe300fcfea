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
    // SAFETY: the handler only stores to an atomic, as a handler may.
    unsafe { signal(Signal::SIGINT, SigHandler::Handler(note)) }
        .expect("SIGINT can be handled");
    TcpStream::connect(parent).expect("the parent listens");
    let mut pieces = 0;
    while !ASKED.load(Ordering::Relaxed) {
        pieces += 1;
    }
    pieces
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let addr = listener.local_addr().expect("the listener is bound");
    let mut child = Process::new(work, (addr,)).start()?;
    listener.accept().expect("the child connects when it is ready");
    child.interrupt()?;
    child.join()?;
    println!("the child stopped, and returned how far it had come");
    Ok(())
}
