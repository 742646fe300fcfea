//! The system calls that the doctor makes and that nix does not offer as safe functions.

#![allow(unsafe_code)]

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;

use nix::errno::Errno;
use nix::unistd::getpid;

/// From Linux's `fcntl.h`; the libc crate lacks it for some targets.
const F_SETSIG: libc::c_int = 10;

/// A child that waits, and is ended and collected when this value is dropped.
pub(super) struct Child {
    pid: libc::pid_t,
    pub(super) pidfd: Option<OwnedFd>,
}

impl Child {
    /// Starts one, with the descriptor that clone(2) gives since Linux 5.2 if `with_pidfd`.
    pub(super) fn start(with_pidfd: bool) -> nix::Result<Child> {
        let mut pidfd: libc::c_int = -1;
        let doctor = getpid();
        let flags = libc::SIGCHLD | if with_pidfd { libc::CLONE_PIDFD } else { 0 };
        // SAFETY: without a stack and without CLONE_VM this is a fork(2). The child makes system calls only, which is
        // allowed whatever other threads did at that moment, and never returns from here. The third argument is where
        // the kernel writes the pidfd.
        let pid = Errno::result(unsafe {
            libc::syscall(libc::SYS_clone, libc::c_long::from(flags), 0, &raw mut pidfd, 0, 0)
        })?;
        if pid == 0 {
            // SAFETY: plain numbers. It dies with the doctor, however that ends, also if it has ended before this child could ask.
            unsafe {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                if libc::getppid() != doctor.as_raw() {
                    libc::_exit(0);
                }
                loop {
                    libc::pause();
                }
            }
        }
        // SAFETY: the kernel has just given this descriptor to us alone, close-on-exec.
        let pidfd = (pidfd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(pidfd) });
        Ok(Child { pid: pid as libc::pid_t, pidfd })
    }

    /// Opens it by its pid, with pidfd_open(2), Linux 5.3.
    pub(super) fn open(&self) -> nix::Result<OwnedFd> {
        // SAFETY: the call takes two numbers.
        let fd = Errno::result(unsafe { libc::syscall(libc::SYS_pidfd_open, self.pid, 0u32) })?;
        // SAFETY: the kernel has just given this descriptor to us alone, close-on-exec.
        Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
    }

    pub(super) fn kill(&self) {
        // SAFETY: plain numbers; the pid is that of a child that nobody has collected.
        unsafe { libc::kill(self.pid, libc::SIGKILL) };
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
        // SAFETY: no status is asked for. It was killed, so this does not wait for long.
        unsafe { libc::waitpid(self.pid, ptr::null_mut(), 0) };
    }
}

/// Calls close_range(2), Linux 5.9, on a range without descriptors.
pub(super) fn close_no_range() -> nix::Result<()> {
    // SAFETY: no descriptor is so high: the kernel's limit is far below.
    Errno::result(unsafe { libc::syscall(libc::SYS_close_range, u32::MAX, u32::MAX, 0u32) }).map(drop)
}

/// From now on this thread gets `signal` when `fd` becomes readable or is closed at its other end.
pub(super) fn signal_when_ready(fd: BorrowedFd<'_>, signal: libc::c_int) -> nix::Result<()> {
    let fd = fd.as_raw_fd();
    // SAFETY: the calls set properties of a file that the caller has borrowed.
    unsafe {
        Errno::result(libc::fcntl(fd, F_SETSIG, signal))?;
        Errno::result(libc::fcntl(fd, libc::F_SETOWN, libc::getpid()))?;
        Errno::result(libc::fcntl(fd, libc::F_SETFL, libc::O_NONBLOCK | libc::O_ASYNC))?;
    }
    Ok(())
}

/// The version of the C library.
#[cfg(target_env = "gnu")]
pub(super) fn c_library() -> String {
    // SAFETY: the function takes nothing and gives a string that lives as long as the program.
    let version = unsafe { CStr::from_ptr(libc::gnu_get_libc_version()) };
    format!("glibc {}", version.to_string_lossy())
}

/// The version of the C library.
#[cfg(not(target_env = "gnu"))]
pub(super) fn c_library() -> String {
    "a C library other than glibc".into()
}

/// Blocks `signal` in this thread, calls `work`, and waits for the signal to come, at most so many seconds.
pub(super) fn signal_comes(
    signal: libc::c_int,
    seconds: libc::time_t,
    work: impl FnOnce() -> io::Result<()>,
) -> io::Result<bool> {
    // SAFETY: an all-zero set is valid memory for sigemptyset, which initializes it; all pointers are to locals.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, signal);
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, &raw mut before);
        let worked = work();
        let patience = libc::timespec { tv_sec: seconds, tv_nsec: 0 };
        let came = worked.is_ok()
            && libc::sigtimedwait(&raw const set, ptr::null_mut(), &raw const patience) == signal;
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut());
        worked.map(|()| came)
    }
}
