//! Waiting for a child by its descriptor, never by its number: a number may be somebody else's by now.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use crate::error::ExitStatus;

/// Whether to wait until the child has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    Yes,
    No,
}

/// What waiting brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    Running,
    Ended(ExitStatus),
    /// It has ended, and somebody else has collected its status.
    Collected,
}

/// Collects the child if it has ended, or, with [`Block::Yes`], as soon as it has.
pub(crate) fn wait(pidfd: &OwnedFd, block: Block) -> io::Result<Waited> {
    let options = libc::WEXITED | if block == Block::No { libc::WNOHANG } else { 0 };
    loop {
        // SAFETY: a `siginfo_t` is plain data, for which zero is a valid value.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let fd = pidfd.as_raw_fd().cast_unsigned();
        // SAFETY: `info` is valid for the kernel to write to.
        match super::checked(unsafe { libc::waitid(libc::P_PIDFD, fd, &raw mut info, options) }) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.raw_os_error() == Some(libc::ECHILD) => return Ok(Waited::Collected),
            Err(error) => return Err(error),
            // SAFETY: `waitid` has filled the fields of a SIGCHLD, or left the pid 0.
            Ok(_) if unsafe { info.si_pid() } == 0 => return Ok(Waited::Running),
            // SAFETY: as above.
            Ok(_) => return Ok(Waited::Ended(status(info.si_code, unsafe { info.si_status() }))),
        }
    }
}

fn status(code: i32, status: i32) -> ExitStatus {
    match code {
        libc::CLD_EXITED => ExitStatus::Code(status),
        code => ExitStatus::Signal { signal: status, core_dumped: code == libc::CLD_DUMPED },
    }
}
