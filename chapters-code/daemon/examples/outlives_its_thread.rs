use multiprocess::{Child, Process, Result};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;

fn answer() -> String {
    let received = SigSet::from(Signal::SIGUSR1).wait();
    received.expect("SIGUSR1 can be awaited");
    "still here".to_owned()
}

fn start() -> Result<Child<String>> {
    Ok(Process::new(answer, ()).daemon(true).start()?)
}

fn main() -> Result<()> {
    multiprocess::init();
    let question = SigSet::from(Signal::SIGUSR1);
    question.thread_block().expect("SIGUSR1 can be blocked");
    let thread = std::thread::spawn(start);
    let mut daemon = thread.join().expect("the thread does not panic")?;
    println!("the thread has ended, main goes on");
    let pid = Pid::from_raw(daemon.pid().cast_signed());
    kill(pid, Signal::SIGUSR1).expect("the daemon is waiting");
    println!("its daemon: {}", daemon.join()?);
    Ok(())
}
