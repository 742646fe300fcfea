use multiprocess::Process;
use nix::sys::signal::{SigSet, Signal};

fn collect() {
    print!("some work is done, ");
    let told = SigSet::from(Signal::SIGTERM).wait();
    told.expect("one signal to wait for");
    println!("and put away");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // A child inherits this: it can wait for SIGTERM and is not ended by it.
    let told = SigSet::from(Signal::SIGTERM);
    told.thread_block().expect("a signal can be held back");
    Process::new(collect, ()).daemon(true).start()?;
    println!("main returns");
    Ok(())
}
