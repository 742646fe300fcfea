use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use multiprocess::{Child, Process, Result};
use nix::sys::signal::{SigHandler, Signal, signal};

// ANCHOR: targets
fn obedient(parent: SocketAddr) {
    TcpStream::connect(parent).expect("the parent listens");
    loop {
        std::thread::park();
    }
}

fn stubborn(parent: SocketAddr) {
    // SAFETY: an ignored signal calls no handler.
    unsafe { signal(Signal::SIGTERM, SigHandler::SigIgn) }
        .expect("SIGTERM can be ignored");
    obedient(parent)
}
// ANCHOR_END: targets

// ANCHOR: end
fn end(child: &mut Child<()>, grace: Duration) -> Result<()> {
    child.terminate()?;
    if let Ok(None) = child.join_timeout(grace) {
        child.kill()?;
        let _ = child.join();
    }
    Ok(())
}
// ANCHOR_END: end

// ANCHOR: main
fn main() -> Result<()> {
    multiprocess::init();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let addr = listener.local_addr().expect("the listener is bound");
    for process in
        [Process::new(obedient, (addr,)), Process::new(stubborn, (addr,))]
    {
        let mut child = process.start()?;
        listener.accept().expect("the child connects when it is ready");
        end(&mut child, Duration::from_millis(500))?;
        let status = child.exit_status()?.expect("the child has ended");
        println!("{} ended by {status}", child.name());
    }
    Ok(())
}
// ANCHOR_END: main
