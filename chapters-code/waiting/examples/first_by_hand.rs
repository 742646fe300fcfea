use std::os::fd::{AsFd, OwnedFd};

use nix::libc::{_exit, pause};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::{ForkResult, Pid, fork};
use rustix::process::{PidfdFlags, pidfd_open};

fn start(target: fn() -> i32) -> nix::Result<(Pid, OwnedFd)> {
    // SAFETY: with one thread, the child's copy of memory is whole.
    match unsafe { fork() }? {
        // SAFETY: it ends this process, and cleans up nothing.
        ForkResult::Child => unsafe { _exit(target()) },
        ForkResult::Parent { child } => {
            let pid = rustix::process::Pid::from_raw(child.as_raw());
            let pid = pid.expect("no pid is 0");
            Ok((
                child,
                pidfd_open(pid, PidfdFlags::empty()).expect("the pid exists"),
            ))
        }
    }
}

fn main() -> nix::Result<()> {
    // SAFETY: pause takes no arguments and sleeps until a signal arrives.
    let (slow, slow_fd) = start(|| unsafe { pause() })?;
    let (_, quick_fd) = start(|| 7)?;
    let fds = [slow_fd.as_fd(), quick_fd.as_fd()];

    let mut polled = fds.map(|fd| PollFd::new(fd, PollFlags::POLLIN));
    poll(&mut polled, PollTimeout::NONE)?;
    println!("ready: {:?}", polled.map(|fd| fd.any() == Some(true)));

    println!("{:?}", waitid(Id::PIDFd(fds[1]), WaitPidFlag::WEXITED)?);
    kill(slow, Signal::SIGTERM)?;
    println!("{:?}", waitid(Id::PIDFd(fds[0]), WaitPidFlag::WEXITED)?);
    Ok(())
}
