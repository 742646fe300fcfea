use multiprocess::Process;
use nix::sys::signal::{SigHandler, Signal, signal};

fn value() -> u32 {
    42
}

fn exit_code() -> u32 {
    std::process::exit(3)
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // SAFETY: nothing is called when a signal is ignored.
    unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) }
        .expect("it may be");

    for process in [Process::new(value, ()), Process::new(exit_code, ())] {
        match process.start()?.join() {
            Ok(value) => println!("returned {value}"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
