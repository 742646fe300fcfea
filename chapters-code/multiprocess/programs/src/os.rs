//! System calls that the standard library does not offer.

#![expect(unsafe_code, reason = "this is the module that the crate's unsafe code lives in")]

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

fn checked(result: libc::c_int) -> libc::c_int {
    assert!(result != -1, "{}", io::Error::last_os_error());
    result
}

/// The fork start method, for these programs.
pub fn fork_method() -> multiprocess::StartMethod {
    // SAFETY: the programs hold nothing that must not exist twice, start threads only where the test is about them, and
    // their targets rely on nothing that only the parent has.
    unsafe { multiprocess::StartMethod::fork() }
}

/// Has `run` called when this process exits.
pub fn at_exit(run: extern "C" fn()) {
    // SAFETY: a function without captured state.
    assert_eq!(unsafe { libc::atexit(run) }, 0);
}

/// Writes to standard error, past whatever buffers or captures it.
pub fn write_to_stderr(text: &[u8]) {
    // SAFETY: the slice is valid for reads of its length.
    unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len()) };
}

/// Closes a descriptor, of which nothing else in the program may make use.
pub fn close(fd: RawFd) {
    // SAFETY: at worst somebody who uses the number gets an error.
    checked(unsafe { libc::close(fd) });
}

/// Closes every descriptor from `first` up, of which nothing else in the program may make use.
pub fn close_from(first: u32) {
    // SAFETY: as above.
    checked(unsafe { libc::close_range(first, u32::MAX, 0) });
}

/// Opens a file to read under a given number, in place of what lies there, and to be inherited by programs started
/// from here.
pub fn open_inheritable(path: &str, number: RawFd) {
    let fd = File::open(path).expect("the file opens").into_raw_fd();
    // SAFETY: the calls take numbers; `fd` is ours.
    unsafe {
        checked(libc::dup2(fd, number));
        if fd != number {
            checked(libc::close(fd));
        }
    }
}

/// An empty memory file.
pub fn memory(name: &CStr) -> OwnedFd {
    // SAFETY: the name is a C string, and the descriptor is a new one.
    unsafe { OwnedFd::from_raw_fd(checked(libc::memfd_create(name.as_ptr(), libc::MFD_ALLOW_SEALING))) }
}

/// The same file under a number from 10 up, so that what is done to lower numbers leaves it alone.
pub fn out_of_the_way(fd: impl Into<OwnedFd>) -> OwnedFd {
    let fd = fd.into();
    // SAFETY: the duplicate is a new descriptor.
    unsafe { OwnedFd::from_raw_fd(checked(libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, 10))) }
}

/// Puts a descriptor from out of the way under a lower number, in place of what lies there, and to be inherited by programs started from here.
pub fn hand_down(fd: BorrowedFd<'_>, number: RawFd) {
    // SAFETY: the caller owns nothing under that number.
    checked(unsafe { libc::dup2(fd.as_raw_fd(), number) });
}

/// Sends a signal to a process.
pub fn kill(pid: u32, signal: i32) {
    // SAFETY: the call takes numbers.
    checked(unsafe { libc::kill(pid.cast_signed(), signal) });
}

/// Sends a signal to this process.
pub fn kill_self(signal: i32) {
    kill(std::process::id(), signal);
}

/// Reads a byte from where there is none.
pub fn segfault() -> u8 {
    // SAFETY: it is not. The first page is never mapped; the kernel ends the process, which is what is asked for.
    unsafe { std::ptr::without_provenance::<u8>(8).read_volatile() }
}

/// Collects the next child of this process that ends, whoever it belongs to; `false` once there is none.
pub fn collect_any_child() -> bool {
    // SAFETY: no status is asked for.
    let collected = unsafe { libc::waitpid(-1, std::ptr::null_mut(), 0) };
    collected != -1 || io::Error::last_os_error().raw_os_error() != Some(libc::ECHILD)
}

/// Ignores a signal.
pub fn ignore(signal: i32) {
    // SAFETY: ignoring installs no handler.
    unsafe { libc::signal(signal, libc::SIG_IGN) };
}

/// Installs a handler that does nothing, and that system calls are not restarted after.
pub fn handle(signal: i32) {
    extern "C" fn nothing(_: libc::c_int) {}
    // SAFETY: the handler touches nothing; a zeroed action has an empty mask and no flags.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as *const () as usize;
        checked(libc::sigaction(signal, &raw const action, std::ptr::null_mut()));
    }
}

/// Blocks a signal in the calling thread.
pub fn block(signal: i32) {
    // SAFETY: the set is valid for the calls.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        checked(libc::sigaddset(&raw mut set, signal));
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
    }
}

/// Has the kernel send SIGALRM after every so many microseconds.
pub fn alarm_every(microseconds: i64) {
    let interval = libc::timeval { tv_sec: 0, tv_usec: microseconds };
    let timer = libc::itimerval { it_interval: interval, it_value: interval };
    // SAFETY: the structure is valid for the call.
    checked(unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()) });
}

/// Lowers a limit of this process, such as `RLIMIT_NOFILE`.
pub fn limit(resource: libc::__rlimit_resource_t, value: u64) {
    // SAFETY: the structure is valid for the calls.
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        checked(libc::getrlimit(resource, &raw mut limit));
        limit.rlim_cur = value;
        checked(libc::setrlimit(resource, &raw const limit));
    }
}

/// Becomes the user `nobody`, if this process may; `false` if not.
pub fn become_nobody() -> bool {
    // SAFETY: the calls take numbers.
    unsafe { libc::setgid(65534) == 0 && libc::setuid(65534) == 0 }
}

/// Removes every variable from the environment but those kept. To be called while there is one thread.
pub fn clear_environment(keep: &[&str]) {
    for (name, _) in std::env::vars_os().filter(|(name, _)| !keep.iter().any(|kept| *kept == name)) {
        // SAFETY: the caller has started no thread.
        unsafe { std::env::remove_var(name) };
    }
}

/// Mounts an empty file system over `/proc`, for this process and its children only; `false` if it may not.
pub fn hide_proc() -> bool {
    let flags = libc::MS_REC | libc::MS_PRIVATE;
    let none = std::ptr::null();
    // SAFETY: the strings are C strings, and the calls take null for what they do not need.
    unsafe {
        libc::unshare(libc::CLONE_NEWNS) == 0
            && libc::mount(none, c"/".as_ptr(), none, flags, none.cast()) == 0
            && libc::mount(c"none".as_ptr(), c"/proc".as_ptr(), c"tmpfs".as_ptr(), 0, none.cast()) == 0
    }
}

/// Makes a fifo.
pub fn make_fifo(path: &Path) {
    let path = CString::new(path.as_os_str().as_bytes()).expect("a path holds no nul byte");
    // SAFETY: the path is a C string.
    checked(unsafe { libc::mkfifo(path.as_ptr(), 0o600) });
}

/// Takes or frees the lock of an open file, and waits for it (flock(2)).
pub fn flock(file: &File, operation: i32) {
    // SAFETY: the call takes a descriptor and a number.
    while unsafe { libc::flock(file.as_raw_fd(), operation) } == -1 {
        let error = io::Error::last_os_error();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted, "{error}");
    }
}

/// Ends the process without anything that belongs to exiting.
pub fn exit_now(code: i32) -> ! {
    // SAFETY: the call does not return.
    unsafe { libc::_exit(code) }
}

/// Leaves text in C's buffer of standard output.
pub fn print_in_c(text: &CStr) {
    // SAFETY: both are C strings, and the format takes one.
    checked(unsafe { libc::printf(c"%s".as_ptr(), text.as_ptr()) });
}

/// What a copy of this process, made without the library's help, is to do.
pub enum Copy {
    /// To exit as a program does.
    Exits,
    /// To wait until it is killed.
    Stays,
}

/// Copies this process as other people's code may do it, and gives the copy's pid.
pub fn raw_fork(copy: &Copy) -> u32 {
    // SAFETY: the callers have one thread.
    let pid = checked(unsafe { libc::fork() });
    if pid == 0 {
        match copy {
            Copy::Exits => std::process::exit(0),
            Copy::Stays => loop {
                // SAFETY: the call only waits.
                unsafe { libc::pause() };
            },
        }
    }
    pid.cast_unsigned()
}

/// Collects a child of this process that the library knows nothing of.
pub fn collect(pid: u32) {
    // SAFETY: no status is asked for.
    checked(unsafe { libc::waitpid(pid.cast_signed(), std::ptr::null_mut(), 0) });
}

/// Makes this process the one that adopts the orphans among its descendants.
pub fn adopt_orphans() {
    // SAFETY: the call takes numbers.
    checked(unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) });
}

/// Binds this process to the first CPU that it may use.
pub fn bind_to_one_cpu() {
    // SAFETY: a set is plain data, for which zero is a valid value, and is valid for the calls.
    unsafe {
        let mut allowed: libc::cpu_set_t = std::mem::zeroed();
        checked(libc::sched_getaffinity(0, size_of_val(&allowed), &raw mut allowed));
        let first = (0..libc::CPU_SETSIZE as usize).find(|&cpu| libc::CPU_ISSET(cpu, &allowed));
        let mut one: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(first.expect("it may use one"), &mut one);
        checked(libc::sched_setaffinity(0, size_of_val(&one), &raw const one));
    }
}

/// Loads a shared library and calls a function of it, which takes nothing and gives nothing.
pub fn call_in_library(path: &Path, function: &CStr) {
    let path = CString::new(path.as_os_str().as_bytes()).expect("a path holds no nul byte");
    // SAFETY: both are C strings. The library's constructors do nothing beyond what Rust's standard library does in them,
    // and the caller names a function without parameters and result. The library stays loaded.
    unsafe {
        let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW);
        assert!(!library.is_null(), "{path:?} cannot be loaded");
        let found = libc::dlsym(library, function.as_ptr());
        assert!(!found.is_null(), "{path:?} has no {function:?}");
        std::mem::transmute::<*mut libc::c_void, extern "C" fn()>(found)();
    }
}
