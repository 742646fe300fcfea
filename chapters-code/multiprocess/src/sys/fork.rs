//! A copy of this process.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

/// Which of the two processes this is.
pub(crate) enum Forked {
    Child,
    Parent { pid: u32, pidfd: OwnedFd },
}

/// Copies this process ([fork(2)](https://man7.org/linux/man-pages/man2/fork.2.html)).
///
/// # Safety
/// This must be the only thread, and no lock may be held that the child will take.
pub(crate) unsafe fn fork() -> io::Result<Forked> {
    // SAFETY: the caller's promise makes the child's memory as whole as the parent's. The C library's `fork` and not a
    // bare `clone`, because its own state has to be put right in the child.
    let pid = super::checked(unsafe { libc::fork() })?;
    if pid == 0 {
        return Ok(Forked::Child);
    }
    // With one thread, only a signal handler that collects children could have come before this.
    Ok(Forked::Parent { pid: pid.cast_unsigned(), pidfd: super::child::open(pid)? })
}

/// Makes a file this process's standard input.
pub(crate) fn set_stdin(file: &File) -> io::Result<()> {
    // SAFETY: descriptor 0 is replaced in one step; Rust's standard input goes on using the number.
    super::checked(unsafe { libc::dup2(file.as_raw_fd(), 0) })?;
    Ok(())
}
