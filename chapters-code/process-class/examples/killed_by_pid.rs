use multiprocess::Process;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn wait_forever() {
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(wait_forever, ()).start()?;
    let pid = Pid::from_raw(child.pid().cast_signed());
    kill(pid, Signal::SIGKILL).expect("the child is not joined yet");
    child.join()?;
    Ok(())
}
