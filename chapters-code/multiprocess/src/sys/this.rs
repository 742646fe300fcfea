//! What the kernel knows about this process.

use std::ffi::{CStr, CString, OsStr};
use std::fs;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::SysconfVar;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit};
use rustix::rand::GetRandomFlags;
use rustix::thread::{UnshareFlags, unshare_unsafe};
use rustix::time::ClockId;

/// The pid of this process.
pub(crate) fn pid() -> u32 {
    rustix::process::getpid().as_raw_nonzero().get().cast_unsigned()
}

/// Whether this process is a copy of the one that last called [`watch_for_copies`].
static IS_COPY: AtomicBool = AtomicBool::new(false);

/// Lets [`is_copy`] tell this process from the copies that it makes from now on by fork(3). It costs less than asking for the pid.
pub(crate) fn watch_for_copies() {
    static ONCE: Once = Once::new();
    unsafe extern "C" fn in_copy() {
        IS_COPY.store(true, Ordering::Relaxed);
    }
    ONCE.call_once(|| {
        // SAFETY: the function only stores a number, which is allowed in a copy of a process with threads.
        let _ = unsafe { libc::pthread_atfork(None, None, Some(in_copy)) };
    });
    IS_COPY.store(false, Ordering::Relaxed);
}

/// Whether this process is a copy that fork(3) has made since.
#[inline]
pub(crate) fn is_copy() -> bool {
    IS_COPY.load(Ordering::Relaxed)
}

/// The time of the monotonic clock in nanoseconds, and never 0.
pub(crate) fn nanoseconds() -> u64 {
    of_clock(ClockId::Monotonic)
}

/// The same, a few milliseconds late at most, and cheaper to ask for (clock_gettime(2), `CLOCK_MONOTONIC_COARSE`).
pub(crate) fn coarse_nanoseconds() -> u64 {
    of_clock(ClockId::MonotonicCoarse)
}

fn of_clock(clock: ClockId) -> u64 {
    let now = rustix::time::clock_gettime(clock);
    (now.tv_sec.cast_unsigned() * 1_000_000_000 + now.tv_nsec.cast_unsigned()).max(1)
}

/// Lets this process have at most so many bytes of private memory (getrlimit(2), `RLIMIT_DATA`).
pub(crate) fn limit_memory(bytes: u64) -> io::Result<()> {
    let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
    Ok(rustix::process::setrlimit(Resource::Data, limit)?)
}

/// The kernel's number for this thread.
pub(crate) fn thread() -> u32 {
    rustix::thread::gettid().as_raw_nonzero().get().cast_unsigned()
}

/// The CPU on which this thread runs, or has run a moment ago. The C library reads it from memory that the kernel keeps current, so
/// it costs a few nanoseconds (sched_getcpu(3)). `u32::MAX - 1` where the kernel does not say.
pub(crate) fn cpu() -> u32 {
    nix::sched::sched_getcpu().ok().and_then(|cpu| u32::try_from(cpu).ok()).unwrap_or(u32::MAX - 1)
}

/// The time in steps of some milliseconds, the same in every process. To ask for it costs a few nanoseconds
/// (clock_gettime(2), `CLOCK_MONOTONIC_COARSE`).
pub(crate) fn coarse_time() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
    (now.tv_sec.cast_unsigned() << 30) + now.tv_nsec.cast_unsigned()
}

/// Whether a thread of that number is in this process.
pub(crate) fn has_thread(thread: u32) -> bool {
    // By hand, since neither crate has the call.
    // SAFETY: signal 0 is not sent; the kernel looks whether it could be.
    unsafe { libc::syscall(libc::SYS_tgkill, pid(), thread, 0) != -1 }
}

/// The process group of this process.
pub(crate) fn group() -> u32 {
    nix::unistd::getpgrp().as_raw().cast_unsigned()
}

/// Puts a process, this one if it is 0, into a process group of its session (setpgid(2)).
pub(crate) fn set_group(pid: u32, group: u32) -> io::Result<()> {
    let number = |number: u32| Pid::from_raw(number.cast_signed());
    Ok(rustix::process::setpgid(number(pid), number(group))?)
}

/// Whether the calling thread is the process's first one, whose thread id is the pid (gettid(2)).
pub(crate) fn is_main_thread() -> bool {
    rustix::thread::gettid() == rustix::process::getpid()
}

/// Whether the calling thread is the only one. The kernel refuses to give a thread memory of its own while others share
/// it, and does nothing else when asked to by the only one (unshare(2), "CLONE_THREAD"). `None` where a sandbox refuses
/// the call. It is asked first because the first look at a new process's `/proc` costs as much as twenty system calls.
pub(super) fn is_alone_by_unshare() -> Option<bool> {
    let thread = UnshareFlags::from_bits_retain(libc::CLONE_THREAD.cast_unsigned());
    // SAFETY: no flag takes descriptors or anything else away from this thread, and there is nothing to take.
    match unsafe { unshare_unsafe(thread) } {
        Ok(()) => Some(true),
        Err(Errno::INVAL) => Some(false),
        Err(_) => None,
    }
}

/// How many threads this process has. Each is a folder in `/proc/self/task`, and a folder's link count is two more
/// than the number of folders in it.
fn thread_count() -> io::Result<u32> {
    let links = fs::metadata("/proc/self/task")?.nlink();
    Ok(u32::try_from(links.saturating_sub(2)).unwrap_or(u32::MAX))
}

/// How long a thread that has been joined may stay listed: its last steps in the kernel come after what `join` waits
/// for.
const LISTED: Duration = Duration::from_millis(50);

/// Whether the calling thread is the only one; if not, how many there are. Threads that are on their way out are waited
/// for, for a moment.
pub(crate) fn is_alone() -> Result<(), u32> {
    if is_alone_by_unshare() == Some(true) {
        return Ok(());
    }
    let until = Instant::now() + LISTED;
    loop {
        match thread_count() {
            // Without /proc nothing can be started anew, which the start will say, and forking is the caller's promise.
            Ok(..=1) | Err(_) => return Ok(()),
            Ok(threads) if Instant::now() >= until => return Err(threads),
            Ok(_) => std::thread::yield_now(),
        }
    }
}

/// The name that `ps -o comm` and `top` show for a process of this name. The kernel keeps 15 bytes (PR_SET_NAME(2const)).
pub(crate) fn comm(name: &str) -> CString {
    CString::new(first_15_bytes(name)).unwrap_or_default()
}

/// Sets that name.
pub(crate) fn set_comm(name: &CStr) {
    let _ = rustix::thread::set_name(name);
}

/// At most 15 bytes, without cutting a character in two.
fn first_15_bytes(name: &str) -> &str {
    let end = (0..=name.len().min(15)).rev().find(|&index| name.is_char_boundary(index));
    &name[..end.unwrap_or(0)]
}

/// Makes an open folder this process's working directory.
pub(crate) fn enter_folder(folder: BorrowedFd<'_>) -> io::Result<()> {
    Ok(rustix::process::fchdir(folder)?)
}

/// This process's working directory, as a descriptor that is good for entering it and nothing else. It can be had where
/// the directory has been removed, too.
pub(crate) fn current_folder() -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::open(c".", flags, Mode::empty())?;
    Ok(super::numbers::beyond_standard_if_possible(folder))
}

/// Ignores SIGPIPE, as Rust's runtime does before it calls `main`: a child that is entered before `main` must meet
/// a closed pipe as an error too, not as a silent end.
pub(crate) fn ignore_sigpipe() {
    // SAFETY: ignoring a signal installs no handler.
    let _ = unsafe { signal(Signal::SIGPIPE, SigHandler::SigIgn) };
}

/// Whether this program was started with more rights than the process that started it: set-user-ID, set-group-ID, or
/// capabilities of its file (getauxval(3), `AT_SECURE`). By hand, since neither crate has it.
pub(crate) fn is_secure() -> bool {
    // SAFETY: a look-up in the table that the kernel passed at start.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

/// Gives SIGCHLD its default action, and says whether it was ignored: then the kernel throws statuses away (waitpid(2)).
pub(crate) fn stop_ignoring_children() -> bool {
    // SAFETY: the default action installs no handler.
    matches!(unsafe { signal(Signal::SIGCHLD, SigHandler::SigDfl) }, Ok(SigHandler::SigIgn))
}

/// Whether the kernel collects this process's children as they end: SIGCHLD is ignored, or its action has `SA_NOCLDWAIT`
/// (sigaction(2)). By hand, since nix can only ask by setting another action.
pub(crate) fn ignores_children() -> io::Result<bool> {
    // SAFETY: a `sigaction` is plain data, for which zero is a valid value.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: nothing is changed, and `action` is valid for the kernel to write to.
    super::checked(unsafe { libc::sigaction(libc::SIGCHLD, std::ptr::null(), &raw mut action) })?;
    Ok(action.sa_sigaction == libc::SIG_IGN || action.sa_flags & libc::SA_NOCLDWAIT != 0)
}

/// Ignores SIGCHLD.
pub(crate) fn ignore_children() {
    // SAFETY: ignoring a signal installs no handler.
    let _ = unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) };
}

/// Sets a variable of the environment, or removes it.
///
/// # Safety
/// No other thread may be running: the environment has no lock that C code would take.
pub(crate) unsafe fn set_variable(name: &OsStr, value: Option<&OsStr>) {
    // SAFETY: the caller's promise is the one asked for.
    unsafe {
        match value {
            Some(value) => std::env::set_var(name, value),
            None => std::env::remove_var(name),
        }
    }
}

/// Overwrites the value of a variable that is set like that, `NAME=value`, in place. Its name stays, so other threads may
/// go on looking for other variables.
pub(crate) fn blank_variable(variable: &CStr) {
    unsafe extern "C" {
        /// The environment as the C library keeps it (environ(7)).
        static environ: *const *mut libc::c_char;
    }
    let name = variable.to_bytes().iter().position(|&byte| byte == b'=').map_or(0, |at| at + 1);
    // SAFETY: `environ` is null, or an array of C strings that ends with a null pointer. The strings are in memory of this
    // process that can be written, and only this crate reads the value of its own variable.
    unsafe {
        let mut next = environ;
        while !next.is_null() && !(*next).is_null() {
            if CStr::from_ptr(*next) == variable {
                for at in name..variable.count_bytes() {
                    (*next).add(at).write(b'-'.cast_signed());
                }
            }
            next = next.add(1);
        }
    }
}

/// A folder, as a descriptor that is good for entering it and nothing else.
pub(crate) fn open_folder(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::open(path, flags, Mode::empty())?;
    Ok(super::numbers::beyond_standard_if_possible(folder))
}

/// Writes to standard error past the lock of [`std::io::Stderr`], which a thread that never lets go may hold.
pub(crate) fn write_to_stderr(mut text: &[u8]) {
    while !text.is_empty() {
        match rustix::io::write(io::stderr(), text) {
            Ok(written) => text = &text[written..],
            Err(Errno::INTR) => {}
            // It may be closed; there is no other place to tell it.
            Err(_) => return,
        }
    }
}

/// Random bytes from the kernel (getrandom(2)). It blocks only while a machine is booting.
pub(crate) fn random_bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    let mut filled = 0;
    while filled < N {
        match rustix::rand::getrandom(&mut bytes[filled..], GetRandomFlags::empty()) {
            Ok(got) => filled += got,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(bytes)
}

/// How many CPUs are online (sysconf(3), `_SC_NPROCESSORS_ONLN`).
pub(crate) fn online_cpus() -> usize {
    let count = nix::unistd::sysconf(SysconfVar::_NPROCESSORS_ONLN).ok().flatten();
    count.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_between_characters() {
        assert_eq!(first_15_bytes("Process-1"), "Process-1");
        assert_eq!(first_15_bytes("fifteen-bytes-x and more"), "fifteen-bytes-x");
        assert_eq!(first_15_bytes("fourteen-bytesé"), "fourteen-bytes", "é would take bytes 15 and 16");
    }

    #[test]
    fn a_test_has_no_more_rights_than_its_user() {
        assert!(!is_secure());
    }

    #[test]
    fn a_second_thread_is_counted() {
        std::thread::scope(|scope| {
            let inside = scope.spawn(|| (thread_count().expect("/proc is mounted"), is_main_thread()));
            let (count, main) = inside.join().expect("it does not panic");
            assert!(count > 1, "{count} threads with one more than the first");
            assert!(!main);
        });
    }
}
