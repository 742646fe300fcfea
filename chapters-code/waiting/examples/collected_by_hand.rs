use std::os::fd::AsFd;

use nix::libc::_exit;
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::{ForkResult, fork};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

fn main() -> nix::Result<()> {
    // SAFETY: with one thread, the child's copy of memory is whole.
    let child = match unsafe { fork() }? {
        // SAFETY: it ends this process, and cleans up nothing.
        ForkResult::Child => unsafe { _exit(7) },
        ForkResult::Parent { child } => child,
    };
    // A pid is not reused until it is collected, so this is the child.
    let pid = Pid::from_raw(child.as_raw()).expect("no pid is 0");
    let pidfd = pidfd_open(pid, PidfdFlags::empty()).expect("the pid exists");

    let ended = WaitPidFlag::WEXITED;
    let by_pidfd = || Id::PIDFd(pidfd.as_fd());
    let seen = waitid(by_pidfd(), ended | WaitPidFlag::WNOWAIT);
    println!("look:    {seen:?}");
    println!("collect: {:?}", waitid(by_pidfd(), ended));
    println!("again:   {:?}", waitid(by_pidfd(), ended));
    Ok(())
}
