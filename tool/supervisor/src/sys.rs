//! The system calls that nix does not offer as safe functions. All unsafe code of this crate is here.

#![allow(unsafe_code)]

use std::{
    ffi::CString,
    io,
    os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd},
    time::Duration,
};

use libc::c_long;
use nix::{
    errno::Errno,
    poll::PollTimeout,
    sys::signal::Signal,
    unistd::{ForkResult, Pid},
};

use crate::arch;

/// The variable that makes a copy of a program a supervisor. It holds the caller's pid.
pub(crate) const MARK: &str = "SUPERVISOR_OF_LISTING";

/// A wait of `left`, in the milliseconds of poll(2); rounded up, since a wait of 0 would spin.
pub(crate) fn at_most(left: Duration) -> PollTimeout {
    let millis = left.as_nanos().div_ceil(1_000_000);
    PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)
}

/// Ends the process at once: no destructors, no `atexit`, because `main` has not begun.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` has no preconditions.
    unsafe { libc::_exit(code) }
}

/// Closes every descriptor above standard error. The caller must own none of them.
pub(crate) fn close_inherited() -> io::Result<()> {
    // SAFETY: called first thing before `main`, so nothing in this process holds a descriptor above 2 yet.
    let result = unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, 0u32) };
    Errno::result(result).map(drop).map_err(io::Error::from)
}

/// Gives every signal its default action. An ignored signal would stay ignored through `exec`.
pub(crate) fn default_signals() {
    for signal in 1..=libc::SIGRTMAX() {
        // SAFETY: the default action installs no code of ours. SIGKILL, SIGSTOP and the C library's own
        // signals are refused with an error, which is right.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

/// Forks this process, which has one thread.
pub(crate) fn fork() -> nix::Result<ForkResult> {
    // SAFETY: the supervisor starts no thread, so the child may do whatever its parent could.
    unsafe { nix::unistd::fork() }
}

/// A change in a child or a tracee, as `waitpid` reports it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// It exited with this code.
    Exited(i32),
    /// This signal ended it.
    Signaled(i32),
    /// A tracee or a child stopped: by this signal, for this ptrace event, 0 being none.
    Stopped { signal: i32, event: i32 },
}

/// The next change of any child or tracee, threads included; `None` when there is none at present.
///
/// nix's `waitpid` fails on real-time signals, so it cannot be used by a tracer.
///
/// # Errors
///
/// `ECHILD` when no child and no tracee is left.
pub(crate) fn next_change() -> nix::Result<Option<(Pid, Change)>> {
    change(0)
}

/// Like [`next_change`], and tells of children that are stopped, too.
///
/// # Errors
///
/// `ECHILD` when no child is left.
pub(crate) fn next_change_or_stop() -> nix::Result<Option<(Pid, Change)>> {
    change(libc::WUNTRACED)
}

fn change(more: libc::c_int) -> nix::Result<Option<(Pid, Change)>> {
    let mut status = 0;
    loop {
        // SAFETY: `status` is valid for the write.
        let pid = unsafe { libc::waitpid(-1, &mut status, libc::__WALL | libc::WNOHANG | more) };
        let change = match Errno::result(pid)? {
            0 => return Ok(None),
            _ if libc::WIFEXITED(status) => Change::Exited(libc::WEXITSTATUS(status)),
            _ if libc::WIFSIGNALED(status) => Change::Signaled(libc::WTERMSIG(status)),
            _ if libc::WIFSTOPPED(status) => {
                Change::Stopped { signal: libc::WSTOPSIG(status), event: status >> 16 }
            }
            _ => continue,
        };
        return Ok(Some((Pid::from_raw(pid), change)));
    }
}

/// Lets a stopped tracee go on, with this signal delivered to it, 0 being none.
pub(crate) fn resume(tracee: Pid, signal: i32) -> nix::Result<()> {
    ptrace(libc::PTRACE_CONT, tracee, signal)
}

/// Like [`resume`], up to the entry to the next system call, or to the exit from this one.
pub(crate) fn resume_to_call(tracee: Pid, signal: i32) -> nix::Result<()> {
    ptrace(libc::PTRACE_SYSCALL, tracee, signal)
}

/// What a tracee that has stopped at a system call is about to do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CallStop {
    /// To enter this call.
    Entry { number: c_long, args: [u64; 6] },
    /// To leave the call that it entered last, with this result.
    Exit { result: i64 },
}

/// At which side of which system call a tracee has stopped; `None` for a call that is not of the native kind, as one of
/// a 32-bit program.
pub(crate) fn call_stop(tracee: Pid) -> Option<CallStop> {
    let info = nix::sys::ptrace::syscall_info(tracee).ok()?;
    match info.op {
        // SAFETY: this is the field that such a stop fills.
        libc::PTRACE_SYSCALL_INFO_SECCOMP if info.arch == arch::AUDIT => unsafe {
            let entry = info.u.seccomp;
            Some(CallStop::Entry { number: c_long::try_from(entry.nr).ok()?, args: entry.args })
        },
        // SAFETY: as above.
        libc::PTRACE_SYSCALL_INFO_EXIT => unsafe { Some(CallStop::Exit { result: info.u.exit.sval }) },
        _ => None,
    }
}

/// Leaves a tracee in the group stop that it is in, until a SIGCONT.
pub(crate) fn listen(tracee: Pid) -> nix::Result<()> {
    ptrace(libc::PTRACE_LISTEN, tracee, 0)
}

fn ptrace(request: libc::c_uint, tracee: Pid, data: i32) -> nix::Result<()> {
    // SAFETY: the requests made here take no address and a plain number.
    let result = unsafe { libc::ptrace(request, tracee.as_raw(), 0, libc::c_long::from(data)) };
    Errno::result(result).map(drop)
}

/// Changes the first argument of the call that a tracee is about to enter.
pub(crate) fn set_first_argument(tracee: Pid, value: u64) -> nix::Result<()> {
    let mut registers = nix::sys::ptrace::getregs(tracee)?;
    *arch::first_argument(&mut registers) = value;
    nix::sys::ptrace::setregs(tracee, registers)
}

/// Has the call that a tracee is about to enter fail with this error. No call is made.
pub(crate) fn refuse(tracee: Pid, errno: Errno) -> nix::Result<()> {
    let mut registers = nix::sys::ptrace::getregs(tracee)?;
    arch::answer(&mut registers, -i64::from(errno as i32));
    nix::sys::ptrace::setregs(tracee, registers)?;
    let Some(set) = arch::NUMBER_SET else { return Ok(()) };
    let mut no_call: libc::c_int = -1;
    let mut data = libc::iovec { iov_base: (&raw mut no_call).cast(), iov_len: size_of_val(&no_call) };
    // SAFETY: the request reads what the iovec describes, which is the number above.
    let result = unsafe { libc::ptrace(libc::PTRACE_SETREGSET, tracee.as_raw(), set, &raw mut data) };
    Errno::result(result).map(drop)
}

/// An operation of seccomp(2) that reads its argument.
pub(crate) fn seccomp<T>(operation: libc::c_uint, argument: &T) -> nix::Result<()> {
    let argument: *const T = argument;
    // SAFETY: the caller's argument is of the type that the operation takes, and lives until the call is over.
    let result = unsafe { libc::syscall(libc::SYS_seccomp, operation, 0u32, argument) };
    Errno::result(result).map(drop)
}

/// A process, held by a descriptor that never comes to mean another one, as its pid may.
pub(crate) struct Pidfd(OwnedFd);

impl Pidfd {
    /// The process that has this pid now. See pidfd_open(2), Linux 5.3.
    pub(crate) fn open(pid: u32) -> nix::Result<Pidfd> {
        // SAFETY: the call takes two numbers.
        let fd = Errno::result(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0u32) })?;
        // SAFETY: the kernel has just given this descriptor to us alone; it is close-on-exec from the start.
        Ok(Pidfd(unsafe { OwnedFd::from_raw_fd(fd as i32) }))
    }

    /// Sends a signal; `ESRCH` when the process has ended and was waited for.
    pub(crate) fn send(&self, signal: Signal) -> nix::Result<()> {
        let fd = self.0.as_raw_fd();
        let no_info = std::ptr::null::<libc::siginfo_t>();
        // SAFETY: without a siginfo the call takes numbers only.
        let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal as i32, no_info, 0u32) };
        Errno::result(result).map(drop)
    }
}

/// Can be read from once the process has ended.
impl AsFd for Pidfd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// A C string, or the error that says why it is none.
pub(crate) fn c_string(bytes: &[u8]) -> io::Result<CString> {
    CString::new(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a zero byte in an argument or variable"))
}
