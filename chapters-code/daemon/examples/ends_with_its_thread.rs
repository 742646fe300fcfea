use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

fn start() -> io::Result<Child> {
    let mut command = Command::new("sleep");
    command.arg("60");
    let ask = || Ok(set_pdeathsig(Signal::SIGTERM)?);
    // SAFETY: between fork and exec it makes one system call.
    unsafe { command.pre_exec(ask) };
    command.spawn()
}

fn main() -> io::Result<()> {
    let thread = std::thread::spawn(start);
    let mut child = thread.join().expect("the thread does not panic")?;
    println!("the thread has ended, main goes on");
    println!("its child: {}", child.wait()?);
    Ok(())
}
