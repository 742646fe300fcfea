use multiprocess::{Process, parent_process, wait};
use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::unistd::Pid;

fn stay() {
    let parent = parent_process().expect("somebody started this");
    wait(&[parent.sentinel()], None).expect("it can be waited for");
    println!("the worker is here, its parent is gone");
}

fn help() {
    kill(Pid::parent(), Signal::SIGUSR1).expect("it waits for this");
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let helps = SigSet::from(Signal::SIGUSR1);
    helps.thread_block().expect("a signal can be held back");
    Process::new(stay, ()).name("worker").start()?;
    Process::new(help, ()).name("helper").daemon(true).start()?;
    helps.wait().expect("one signal to wait for");
    println!("main is killed");
    raise(Signal::SIGKILL).expect("a process may kill itself");
    Ok(())
}
