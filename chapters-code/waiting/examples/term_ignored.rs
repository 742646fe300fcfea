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
    // SAFETY: nothing is called when a signal is ignored.
    unsafe { signal(Signal::SIGTERM, SigHandler::SigIgn) }
        .expect("it may be");
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
    let door = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let here = door.local_addr().expect("it is bound");
    for process in
        [Process::new(obedient, (here,)), Process::new(stubborn, (here,))]
    {
        let mut child = process.start()?;
        door.accept().expect("the child comes when it is ready");
        end(&mut child, Duration::from_millis(500))?;
        let status = child.exit_status()?.expect("it has ended");
        println!("{} ended by {status}", child.name());
    }
    Ok(())
}
// ANCHOR_END: main
