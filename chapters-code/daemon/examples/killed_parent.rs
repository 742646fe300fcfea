use multiprocess::{Process, parent_process, wait};
use nix::sys::signal::{Signal, raise};

fn stay() {
    let parent = parent_process().expect("somebody started this");
    wait(&[parent.sentinel()], None).expect("it can be waited for");
    println!("the worker is here, its parent is gone");
}

fn help() {
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    Process::new(stay, ()).name("worker").start()?;
    Process::new(help, ()).name("helper").daemon(true).start()?;
    println!("main is killed");
    raise(Signal::SIGKILL).expect("a process may kill itself");
    Ok(())
}
