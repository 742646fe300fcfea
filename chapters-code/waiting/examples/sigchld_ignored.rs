use std::process::Command;

use multiprocess::Process;
use nix::sys::signal::{SigHandler, Signal, signal};

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // SAFETY: an ignored signal calls no handler.
    unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) }
        .expect("SIGCHLD can be ignored");

    let mut child = Process::new(|| 42, ()).start()?;
    println!("child:   {}", child.join()?);
    let mut command = Command::new("false").spawn().expect("it is installed");
    println!("command: {:?}", command.wait().map(|status| status.code()));
    Ok(())
}
