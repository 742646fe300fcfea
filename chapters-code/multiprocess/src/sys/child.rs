//! Waiting for a child and signaling it by its descriptor, never by its number: a number may be somebody else's by
//! now.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

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
pub(crate) fn wait(pidfd: BorrowedFd<'_>, block: Block) -> io::Result<Waited> {
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

/// Sends a signal. `false` if the process has ended and been collected.
pub(crate) fn signal(pidfd: BorrowedFd<'_>, signal: libc::c_int) -> io::Result<bool> {
    // SAFETY: the call takes a descriptor, a number and a null pointer.
    let sent = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            pidfd.as_raw_fd(),
            signal,
            std::ptr::null::<libc::siginfo_t>(),
            0,
        )
    };
    match (sent, io::Error::last_os_error()) {
        (0, _) => Ok(true),
        (_, error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(false),
        (_, error) => Err(error),
    }
}

/// The descriptor of a child that nobody can have collected yet.
pub(crate) fn open(pid: libc::pid_t) -> io::Result<OwnedFd> {
    // SAFETY: the call takes two numbers and makes a new descriptor, close-on-exec.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let fd = super::checked(libc::c_int::try_from(fd).map_err(io::Error::other)?)?;
    // SAFETY: nobody else knows this descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
