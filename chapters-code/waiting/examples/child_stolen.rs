use std::process::Command;

use multiprocess::Process;
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

#[expect(
    clippy::zombie_processes,
    reason = "it is collected, with all others"
)]
fn run_helper() {
    Command::new("true").spawn().expect("it is installed");
    // Waits for children, whichever end, until none is left.
    while waitpid(Pid::from_raw(-1), None).is_ok() {}
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut command = Command::new("false").spawn().expect("it is installed");
    let mut child = Process::new(|| 42, ()).start()?;
    run_helper();
    println!("child:   {}", child.join()?);
    println!("command: {:?}", command.wait().map(|status| status.code()));
    Ok(())
}
