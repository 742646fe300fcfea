use multiprocess::Process;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use std::process::Command;

#[expect(clippy::zombie_processes, reason = "it is ended before it can wait")]
fn start_a_program() {
    let mut sleep = Command::new("sleep");
    sleep.arg("1").spawn().expect("sleep can be started");
    kill(Pid::parent(), Signal::SIGUSR1).expect("the parent is waiting");
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let started = SigSet::from(Signal::SIGUSR1);
    started.thread_block().expect("SIGUSR1 can be blocked");
    Process::new(start_a_program, ()).daemon(true).start()?;
    started.wait().expect("SIGUSR1 can be awaited");
    println!("main returns");
    Ok(())
}
