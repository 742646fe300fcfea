use multiprocess::Process;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use std::process::Command;

fn start_a_program() {
    let mut sleep = Command::new("sleep");
    sleep.arg("0.2").spawn().expect("it starts");
    kill(Pid::parent(), Signal::SIGUSR1).expect("it waits for this");
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let started = SigSet::from(Signal::SIGUSR1);
    started.thread_block().expect("a signal can be held back");
    Process::new(start_a_program, ()).daemon(true).start()?;
    started.wait().expect("one signal to wait for");
    println!("main returns");
    Ok(())
}
