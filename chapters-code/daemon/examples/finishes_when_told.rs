use multiprocess::Process;
use nix::sys::signal::{SigSet, Signal};

fn collect() {
    print!("some work is done, ");
    let received = SigSet::from(Signal::SIGTERM).wait();
    received.expect("SIGTERM can be awaited");
    println!("and put away");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // A child inherits this: it can wait for SIGTERM and is not ended by it.
    let sigterm = SigSet::from(Signal::SIGTERM);
    sigterm.thread_block().expect("SIGTERM can be blocked");
    Process::new(collect, ()).daemon(true).start()?;
    println!("main returns");
    Ok(())
}
