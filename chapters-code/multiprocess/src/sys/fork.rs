//! A copy of this process.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

/// Which of the two processes this is.
pub(crate) enum Forked {
    Child,
    Parent { pid: u32, pidfd: OwnedFd },
}

/// Copies this process ([fork(2)](https://man7.org/linux/man-pages/man2/fork.2.html)). Any open descriptor will do.
///
/// # Safety
/// This must be the only thread, and no lock may be held that the child will take.
pub(crate) unsafe fn fork(any: BorrowedFd<'_>) -> io::Result<Forked> {
    // ANCHOR: fork
    // Keeps a descriptor free for the child's: once there is a child it is too late to find that there is none.
    let reserved = super::numbers::duplicate(any)?;
    // SAFETY: the caller's promise makes the child's memory as whole as the parent's. The C library's `fork` and not a
    // bare `clone`, because its own state has to be put right in the child.
    let pid = super::checked(unsafe { libc::fork() })?;
    drop(reserved);
    if pid == 0 {
        return Ok(Forked::Child);
    }
    // ANCHOR_END: fork
    // With one thread, only a signal handler that collects children, or opens files, could have come before this.
    match super::child::open(pid) {
        Ok(pidfd) => {
            let pidfd = super::numbers::beyond_reserved_if_possible(pidfd);
            Ok(Forked::Parent { pid: pid.cast_unsigned(), pidfd })
        }
        // It has ended and somebody has collected it, so by now the number may be a stranger's.
        Err(gone) if gone.raw_os_error() == Some(libc::ESRCH) => Err(gone),
        Err(error) => {
            // SAFETY: calls on a child that nobody but this function knows; no status is asked for.
            unsafe {
                libc::kill(pid, libc::SIGKILL);
                libc::waitpid(pid, std::ptr::null_mut(), 0);
            }
            Err(error)
        }
    }
}
