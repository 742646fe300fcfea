use std::process::Command;

use multiprocess::{Process, wait};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

fn my_process() {
    std::process::exit(3)
}

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
    let mut child = Process::new(my_process, ()).start()?;
    wait(&[child.sentinel()], None)?; // it has ended, nobody has collected it
    run_helper();
    child.join()?;
    Ok(())
}
