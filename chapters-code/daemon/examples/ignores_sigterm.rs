use multiprocess::Process;
use nix::sys::signal::{SigHandler, SigSet, Signal, kill, signal};
use nix::unistd::Pid;

fn stubborn() {
    // SAFETY: nothing is called when the signal comes.
    unsafe { signal(Signal::SIGTERM, SigHandler::SigIgn) }
        .expect("it can be ignored");
    kill(Pid::parent(), Signal::SIGUSR1).expect("it waits for this");
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let ready = SigSet::from(Signal::SIGUSR1);
    ready.thread_block().expect("a signal can be held back");
    Process::new(stubborn, ()).daemon(true).start()?;
    ready.wait().expect("one signal to wait for");
    println!("main returns");
    Ok(())
}
