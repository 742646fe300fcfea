use multiprocess::{Process, parent_process, wait};
use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::unistd::Pid;

fn stay() {
    let parent = parent_process().expect("a child has a parent");
    wait(&[parent.sentinel()], None).expect("the parent can be awaited");
    println!("the worker is here, its parent is gone");
}

fn help() {
    kill(Pid::parent(), Signal::SIGUSR1).expect("the parent is waiting");
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let ready = SigSet::from(Signal::SIGUSR1);
    ready.thread_block().expect("SIGUSR1 can be blocked");
    Process::new(stay, ()).name("worker").start()?;
    Process::new(help, ()).name("helper").daemon(true).start()?;
    ready.wait().expect("SIGUSR1 can be awaited");
    println!("main is killed");
    raise(Signal::SIGKILL).expect("a process can kill itself");
    Ok(())
}
