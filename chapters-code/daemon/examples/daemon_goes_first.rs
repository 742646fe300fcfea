use multiprocess::Process;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;

fn wait_for(signal: Signal) {
    SigSet::from(signal).wait().expect("the signal can be awaited");
}

fn work() {
    wait_for(Signal::SIGUSR1);
    println!("the worker is done");
}

fn help(worker: u32) {
    wait_for(Signal::SIGTERM);
    println!("the helper is told to end");
    let worker = Pid::from_raw(worker.cast_signed());
    kill(worker, Signal::SIGUSR1).expect("the worker is waiting");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // A child inherits this, so no signal ends it before it waits.
    let both = Signal::SIGTERM | Signal::SIGUSR1;
    both.thread_block().expect("signals can be blocked");
    let worker = Process::new(work, ()).name("worker").start()?;
    let helper = Process::new(help, (worker.pid(),));
    helper.name("helper").daemon(true).start()?;
    println!("main returns");
    Ok(())
}
