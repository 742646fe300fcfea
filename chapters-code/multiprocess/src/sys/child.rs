//! Waiting for a child and signaling it by its descriptor, never by its number: a number may be another process's by
//! now.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, WaitIdStatus, waitid};

use super::poll;
use crate::error::ExitStatus;

/// A child: its number, which may be another process's once it has been collected, and its descriptor.
pub(crate) struct Handle {
    pub(crate) pid: u32,
    pub(crate) pidfd: OwnedFd,
}

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
    /// It has ended, and another part of the program, or the kernel, is collecting it: it cannot be waited for any more, and
    /// its status is not kept yet. Or it is another process's child.
    Elsewhere,
    Ended(ExitStatus),
    /// It has ended, another part of the program has collected its status, and the kernel has not kept it.
    Collected,
}

/// Collects the child if it has ended, or, with [`Block::Yes`], as soon as it has.
pub(crate) fn wait(pidfd: BorrowedFd<'_>, block: Block) -> io::Result<Waited> {
    let how = if block == Block::No { WaitIdOptions::NOHANG } else { WaitIdOptions::empty() };
    loop {
        match waitid(WaitId::PidFd(pidfd), WaitIdOptions::EXITED | how) {
            Ok(None) => return Ok(Waited::Running),
            Ok(Some(ended)) => return Ok(Waited::Ended(status(&ended))),
            Err(Errno::INTR) => {}
            Err(Errno::CHILD) => match (status_after_collection(pidfd), block) {
                (Kept::Status(status), _) => return Ok(Waited::Ended(status)),
                (Kept::Nothing, _) => return Ok(Waited::Collected),
                (Kept::NotYet, Block::No) => return Ok(Waited::Elsewhere),
                (Kept::NotYet, Block::Yes) => poll::pause(Duration::from_millis(1)),
            },
            Err(error) => return Err(error.into()),
        }
    }
}

/// Collects the child if it ends by the deadline. One that has been killed may take longer: a file system that does not answer
/// or a debugger can hold it.
pub(crate) fn wait_by(pidfd: BorrowedFd<'_>, deadline: Instant) -> io::Result<Waited> {
    while poll::is_ready(pidfd, Some(deadline))? {
        let waited = wait(pidfd, Block::No)?;
        if !matches!(waited, Waited::Running | Waited::Elsewhere) || Instant::now() >= deadline {
            return Ok(waited);
        }
        // Something else collects it first, and no event says when it has.
        poll::pause(Duration::from_millis(1));
    }
    Ok(Waited::Running)
}

/// Makes the call that [`wait`] makes, on a file that is no process, so that a sandbox which refuses it is met now.
pub(crate) fn try_to_wait(file: BorrowedFd<'_>) -> io::Result<()> {
    match waitid(WaitId::PidFd(file), WaitIdOptions::EXITED | WaitIdOptions::NOHANG) {
        Ok(_) | Err(Errno::BADF) => Ok(()),
        Err(refused) => Err(refused.into()),
    }
}

fn status(ended: &WaitIdStatus) -> ExitStatus {
    match (ended.exit_status(), ended.terminating_signal()) {
        (None, Some(signal)) => ExitStatus::Signal { signal, core_dumped: ended.dumped() },
        (code, _) => ExitStatus::Code(code.unwrap_or_default()),
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
    nix::ioctl_readwrite!(get_info, 0xff, 11, Info);
    let ask = || {
        let mut info = Info { mask: EXIT, cgroup: 0, ids: [0; 11], exit_code: 0 };
        // SAFETY: the kernel reads and writes the structure, whose size is part of the request.
        unsafe { get_info(pidfd.as_raw_fd(), &raw mut info) }.map(|_| info)
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

/// How a process ended that has ended and that no process has collected yet, as `/proc/PID/stat` shows it in its last field
/// to those who may look (proc_pid_stat(5), "exit_code"). It may be another process's child.
pub(crate) fn status_before_collection(child: &Handle) -> Option<ExitStatus> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.pid)).ok()?;
    // The second field is a name in parentheses, which may hold any character.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let (state, code) = (fields.first()?, fields.last()?.parse().ok()?);
    (*state == "Z" && is_there(child)).then(|| from_wait_status(code))
}

/// Collects all children of this process that are in a process group and have ended. Gives whether there are no others.
pub(crate) fn collect_group(group: u32) -> bool {
    let Some(group) = Pid::from_raw(group.cast_signed()) else { return true };
    loop {
        match rustix::process::waitid(
            WaitId::Pgid(Some(group)),
            WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
        ) {
            Ok(Some(_)) | Err(Errno::INTR) => {}
            Ok(None) => return false,
            Err(_) => return true,
        }
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
    send(pidfd, signal, 0)
}

/// Sends a signal to the process group that the child forms. `false` if no process is left in it.
///
/// A child forms its group before it starts anything, but a little after its start has returned, and it may leave the group.
/// So where there is no group, and always for SIGKILL, the signal goes to the child as well. The group comes first: a child
/// that is killed alone can be collected at once, by a forkserver for example, and before Linux 6.9 its number then names no
/// group that can be trusted. The kernel signals a whole group in one step, and what has been killed starts nothing more.
/// The group is signaled again, should the child have formed it in between.
pub(crate) fn signal_group(child: &Handle, signal: libc::c_int) -> io::Result<bool> {
    let first = group(child, signal);
    if signal != libc::SIGKILL && matches!(first, Ok(true)) {
        return first;
    }
    let reached = self::signal(child.pidfd.as_fd(), signal);
    let again = group(child, signal);
    Ok(first? | reached? | again?)
}

/// Sends a signal to the processes that are in the child's group. `false` if there is none.
fn group(child: &Handle, signal: libc::c_int) -> io::Result<bool> {
    /// In `linux/pidfd.h`, and in no crate.
    const PROCESS_GROUP: libc::c_uint = 1 << 2;
    match send(child.pidfd.as_fd(), signal, PROCESS_GROUP) {
        // Before Linux 6.9 only a number names a group. It is the child's as long as the child has not been collected.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            if !is_there(child) {
                return Ok(false);
            }
            // SAFETY: the call takes numbers.
            found(unsafe { libc::kill(-child.pid.cast_signed(), signal) }.into())
        }
        done => done,
    }
}

/// Whether the child has not been collected, so that its number is no other process's.
fn is_there(child: &Handle) -> bool {
    // Signal 0 is none; the call only says whether one could be sent.
    matches!(send(child.pidfd.as_fd(), 0, 0), Ok(true))
}

/// By hand, since rustix's call takes no flags and no signal 0.
fn send(pidfd: BorrowedFd<'_>, signal: libc::c_int, flags: libc::c_uint) -> io::Result<bool> {
    let no_info = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: the kernel refuses what is no signal, and a null pointer stands for what kill(2) sends.
    found(unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd.as_raw_fd(), signal, no_info, flags) })
}

fn found(answer: libc::c_long) -> io::Result<bool> {
    match answer {
        -1 => match io::Error::last_os_error() {
            error if error.raw_os_error() == Some(libc::ESRCH) => Ok(false),
            error => Err(error),
        },
        _ => Ok(true),
    }
}

/// Makes the call that [`open`] makes, for no process, so that a sandbox which refuses it is met now.
pub(crate) fn try_to_open() -> io::Result<()> {
    // By hand, since rustix has no type for a number that is no process's.
    // SAFETY: the kernel answers that 0 is none.
    match super::checked(unsafe { libc::syscall(libc::SYS_pidfd_open, 0, 0) } as libc::c_int) {
        Err(error) if error.raw_os_error() != Some(libc::EINVAL) => Err(error),
        _ => Ok(()),
    }
}

/// The descriptor of a child that has not been collected.
pub(crate) fn open(pid: libc::pid_t) -> io::Result<OwnedFd> {
    let pid = Pid::from_raw(pid).ok_or(Errno::INVAL)?;
    Ok(rustix::process::pidfd_open(pid, PidfdFlags::empty())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same answers come, for some microseconds, for a child that the kernel collects by itself.
    #[test]
    fn what_cannot_be_waited_for_and_has_kept_no_status_is_not_lost_yet() {
        let pidfd = open(std::os::unix::process::parent_id().cast_signed()).expect("the parent is there");
        let waited = wait(pidfd.as_fd(), Block::No).expect("the descriptor is a process's");
        let expected = match status_after_collection(pidfd.as_fd()) {
            Kept::NotYet => Waited::Elsewhere,
            // Before Linux 6.13 the kernel does not tell the two apart.
            _ => Waited::Collected,
        };
        assert_eq!(waited, expected);
    }
}
