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

/// How a process ended that another one has collected, as far as the kernel still knows: since Linux 6.15 a pidfd keeps
/// the status (`PIDFD_GET_INFO` with `PIDFD_INFO_EXIT`, in the kernel's `uapi/linux/pidfd.h`).
pub(crate) fn status_after_collection(pidfd: BorrowedFd<'_>) -> Kept {
    /// The first version of the kernel's structure, 64 bytes.
    #[repr(C)]
    struct Info {
        mask: u64,
        cgroup: u64,
        /// pid, tgid, ppid, and user and group numbers.
        ids: [u32; 11],
        exit_code: i32,
    }
    const EXIT: u64 = 1 << 3;
    // `_IOWR(0xFF, 11, struct pidfd_info)`
    const GET_INFO: u64 = 3 << 30 | (size_of::<Info>() as u64) << 16 | 0xff << 8 | 11;
    let ask = || {
        let mut info = Info { mask: EXIT, cgroup: 0, ids: [0; 11], exit_code: 0 };
        // SAFETY: the kernel reads and writes the structure, whose size is part of the request.
        super::checked(unsafe { libc::ioctl(pidfd.as_raw_fd(), GET_INFO, &raw mut info) }).map(|_| info)
    };
    // The kernel looks for the status first and for the process then, so it finds neither if the process is collected in
    // between; a second look finds what it has kept.
    match ask().or_else(|_| ask()) {
        Ok(info) if info.mask & EXIT != 0 => Kept::Status(from_wait_status(info.exit_code)),
        Ok(_) => Kept::NotYet,
        // ESRCH: collected, and the kernel is too old to have kept it.
        Err(_) => Kept::Nothing,
    }
}

/// What a pidfd tells of a process that is not this one's child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Status(ExitStatus),
    /// Nobody has collected the process yet.
    NotYet,
    Nothing,
}

/// wait(2)'s encoding.
fn from_wait_status(status: i32) -> ExitStatus {
    if libc::WIFEXITED(status) {
        ExitStatus::Code(libc::WEXITSTATUS(status))
    } else {
        ExitStatus::Signal { signal: libc::WTERMSIG(status), core_dumped: libc::WCOREDUMP(status) }
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
