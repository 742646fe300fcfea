use multiprocess::Process;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use std::thread::sleep;
use std::time::Duration;

fn report() {
    println!("first line of the report");
    print!("second line, ");
    kill(Pid::parent(), Signal::SIGUSR1).expect("the parent is waiting");
    sleep(Duration::from_secs(60)); // the rest takes a while
    println!("and its end");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let started = SigSet::from(Signal::SIGUSR1);
    started.thread_block().expect("SIGUSR1 can be blocked");
    Process::new(report, ()).daemon(true).start()?;
    started.wait().expect("SIGUSR1 can be awaited");
    println!("main returns");
    Ok(())
}
