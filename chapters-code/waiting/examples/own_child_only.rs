use std::process::Command;

use multiprocess::Process;
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

fn my_process() {
    std::process::exit(3)
}

fn run_helper() {
    let helper = Command::new("true").spawn().expect("it is installed");
    let pid = Pid::from_raw(helper.id().cast_signed());
    waitpid(pid, None).expect("nobody else collects it");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(my_process, ()).start()?;
    run_helper();
    child.join()
}
