use multiprocess::Process;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use std::thread::sleep;
use std::time::Duration;

fn report() {
    println!("first line of the report");
    print!("second line, ");
    kill(Pid::parent(), Signal::SIGUSR1).expect("it waits for this");
    sleep(Duration::from_secs(60)); // the rest takes its time
    println!("and its end");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let begun = SigSet::from(Signal::SIGUSR1);
    begun.thread_block().expect("a signal can be held back");
    Process::new(report, ()).daemon(true).start()?;
    begun.wait().expect("one signal to wait for");
    println!("main returns");
    Ok(())
}
