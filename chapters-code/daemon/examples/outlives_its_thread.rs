use multiprocess::{Child, Process, Result};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;

fn answer() -> String {
    let asked = SigSet::from(Signal::SIGUSR1).wait();
    asked.expect("one signal to wait for");
    "still here".to_owned()
}

fn start() -> Result<Child<String>> {
    Ok(Process::new(answer, ()).daemon(true).start()?)
}

fn main() -> Result<()> {
    multiprocess::init();
    let question = SigSet::from(Signal::SIGUSR1);
    question.thread_block().expect("a signal can be held back");
    let thread = std::thread::spawn(start);
    let mut daemon = thread.join().expect("it does not panic")?;
    println!("the thread has ended, main goes on");
    let pid = Pid::from_raw(daemon.pid().cast_signed());
    kill(pid, Signal::SIGUSR1).expect("it has not been joined");
    println!("its daemon: {}", daemon.join()?);
    Ok(())
}
