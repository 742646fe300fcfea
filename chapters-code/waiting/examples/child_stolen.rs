use std::process::Command;

use multiprocess::{Process, wait};
use nix::sys::wait::{Id, WaitPidFlag, waitid, waitpid};
use nix::unistd::Pid;

#[expect(
    clippy::zombie_processes,
    reason = "it is collected, with all others"
)]
fn run_helper() {
    Command::new("true").spawn().expect("it is installed");
    // Waits for any child, again and again, until none is left.
    while waitpid(Pid::from_raw(-1), None).is_ok() {}
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(|| 42, ()).start()?;
    wait(&[child.sentinel()], None)?; // the child has ended
    let mut command = Command::new("false").spawn().expect("it is installed");
    let id = Id::Pid(Pid::from_raw(command.id().cast_signed()));
    // Waits until the command ends, without collecting it.
    let _ = waitid(id, WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
    run_helper();
    println!("command: {:?}", command.wait().map(|status| status.code()));
    println!("child:   {}", child.join()?);
    Ok(())
}
