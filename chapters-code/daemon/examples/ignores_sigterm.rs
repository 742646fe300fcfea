use multiprocess::Process;
use nix::sys::signal::{SigHandler, SigSet, Signal, kill, signal};
use nix::unistd::Pid;

fn stubborn() {
    // SAFETY: an ignored signal calls no handler.
    unsafe { signal(Signal::SIGTERM, SigHandler::SigIgn) }
        .expect("SIGTERM can be ignored");
    kill(Pid::parent(), Signal::SIGUSR1).expect("the parent is waiting");
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let ready = SigSet::from(Signal::SIGUSR1);
    ready.thread_block().expect("SIGUSR1 can be blocked");
    Process::new(stubborn, ()).daemon(true).start()?;
    ready.wait().expect("SIGUSR1 can be awaited");
    println!("main returns");
    Ok(())
}
