//! System calls that the standard library does not offer.

#![expect(unsafe_code, reason = "this is the module that the crate's unsafe code lives in")]

pub mod rights;
pub mod sandbox;
pub mod tracing;

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};

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

/// All start methods.
pub fn all_methods() -> &'static [multiprocess::StartMethod] {
    // SAFETY: as above.
    unsafe { multiprocess::StartMethod::all() }
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

/// A descriptor of a process that is there, which is ready when that has ended.
pub fn pidfd(pid: u32) -> OwnedFd {
    // SAFETY: the call takes numbers, and the descriptor is a new one.
    unsafe {
        let fd = libc::syscall(libc::SYS_pidfd_open, pid, 0);
        OwnedFd::from_raw_fd(checked(fd.try_into().expect("a descriptor's number is small")))
    }
}

/// Sends a signal to a process that may have ended; `false` if it has.
pub fn kill_if_there(pid: u32, signal: i32) -> bool {
    // SAFETY: the call takes numbers.
    unsafe { libc::kill(pid.cast_signed(), signal) == 0 }
}

/// Makes this process the first of a new process group, unless it is the first of its own already.
pub fn lead_group() {
    if group() != std::process::id() {
        // SAFETY: the call takes numbers.
        checked(unsafe { libc::setpgid(0, 0) });
    }
}

/// The process group of this process.
pub fn group() -> u32 {
    // SAFETY: the call has no conditions.
    unsafe { libc::getpgrp() }.cast_unsigned()
}

/// Sends a signal to every process of this one's group, as a terminal does.
pub fn kill_group(signal: i32) {
    // SAFETY: the call takes numbers.
    checked(unsafe { libc::kill(0, signal) });
}

/// The process that the kernel counts as this one's parent.
pub fn kernels_parent() -> u32 {
    // SAFETY: the call has no conditions.
    unsafe { libc::getppid() }.cast_unsigned()
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

/// Has `handler` called in the parent by each `fork` of the C library, before that returns (pthread_atfork(3)).
pub fn after_fork_in_parent(handler: extern "C" fn()) {
    // SAFETY: it is a function of this program, which stays where it is.
    let failed = unsafe { libc::pthread_atfork(None, Some(handler), None) };
    assert_eq!(failed, 0, "there is memory for a handler");
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

/// How often this thread has gone to sleep until something happened.
pub fn sleeps() -> i64 {
    // SAFETY: the structure is valid for the call.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        checked(libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage));
        usage.ru_nvcsw
    }
}

/// Lowers or raises a limit of another process, up to its hard limit, and gives what it was.
pub fn limit_other(pid: u32, resource: libc::__rlimit_resource_t, value: u64) -> u64 {
    // SAFETY: the structures are valid for the calls.
    unsafe {
        let mut before: libc::rlimit = std::mem::zeroed();
        checked(libc::prlimit(pid.cast_signed(), resource, std::ptr::null(), &raw mut before));
        let limit = libc::rlimit { rlim_cur: value, ..before };
        checked(libc::prlimit(pid.cast_signed(), resource, &raw const limit, std::ptr::null_mut()));
        before.rlim_cur
    }
}

/// Which process has made the pair that a socket is one of; `None` for what is no socket.
pub fn maker_of_socket(fd: RawFd) -> Option<u32> {
    let mut maker = libc::ucred { pid: 0, uid: 0, gid: 0 };
    let mut length = size_of_val(&maker) as libc::socklen_t;
    // SAFETY: the structure is valid for its length, which the kernel is told.
    let found = unsafe {
        libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_PEERCRED, (&raw mut maker).cast(), &raw mut length)
    };
    (found == 0).then(|| maker.pid.cast_unsigned())
}

/// Sends one message with so many descriptors, all of them standard error, if there is room for it; `false` if not, or
/// if its peer is gone.
pub fn send_message(socket: RawFd, message: &[u8], descriptors: usize) -> bool {
    send_message_with(socket, message, &vec![libc::STDERR_FILENO; descriptors])
}

/// The same with these descriptors.
pub fn send_message_with(socket: RawFd, message: &[u8], descriptors: &[RawFd]) -> bool {
    let length = size_of_val(descriptors);
    // SAFETY: the macros only compute; the control part is long enough for what they said, and aligned; all that the
    // header points to lives until the call has returned.
    unsafe {
        let space = libc::CMSG_SPACE(length as libc::c_uint) as usize;
        let mut control = vec![0u64; space.div_ceil(size_of::<u64>())];
        let mut part = libc::iovec { iov_base: message.as_ptr().cast_mut().cast(), iov_len: message.len() };
        let mut header: libc::msghdr = std::mem::zeroed();
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        if !descriptors.is_empty() {
            header.msg_control = control.as_mut_ptr().cast();
            header.msg_controllen = space;
            let first = libc::CMSG_FIRSTHDR(&raw const header);
            (*first).cmsg_level = libc::SOL_SOCKET;
            (*first).cmsg_type = libc::SCM_RIGHTS;
            (*first).cmsg_len = libc::CMSG_LEN(length as libc::c_uint) as usize;
            libc::CMSG_DATA(first).copy_from_nonoverlapping(descriptors.as_ptr().cast(), length);
        }
        libc::sendmsg(socket, &raw const header, libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT) != -1
    }
}

/// Takes the message that is in a socket, and gives the first file that came with it.
pub fn receive_file(socket: RawFd) -> Option<File> {
    let mut bytes = [0_u8; 4096];
    let mut control = [0_u64; 64];
    let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    // SAFETY: the header is plain data; what it points to lives until the call has returned; the macros walk within what the
    // kernel has filled in, and a number that came is a new descriptor.
    unsafe {
        let mut header: libc::msghdr = std::mem::zeroed();
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = size_of_val(&control);
        if libc::recvmsg(socket, &raw mut header, libc::MSG_DONTWAIT) == -1 {
            return None;
        }
        let first = libc::CMSG_FIRSTHDR(&raw const header);
        (!first.is_null()).then(|| File::from_raw_fd(libc::CMSG_DATA(first).cast::<RawFd>().read_unaligned()))
    }
}

/// Two sockets that keep messages apart.
pub fn message_pair() -> [OwnedFd; 2] {
    let mut ends: [RawFd; 2] = [-1; 2];
    // SAFETY: the array takes two descriptors, which are new.
    unsafe {
        checked(libc::socketpair(
            libc::AF_UNIX,
            libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC,
            0,
            ends.as_mut_ptr(),
        ));
        ends.map(|fd| OwnedFd::from_raw_fd(fd))
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

/// Opens a fifo to read without waiting for who writes to it.
pub fn open_fifo(path: &Path) -> File {
    let nonblocking = libc::O_NONBLOCK;
    File::options().read(true).custom_flags(nonblocking).open(path).expect("it has been made")
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

/// Has the kernel refuse to tell about processes by their pidfds (`PIDFD_GET_INFO`), as kernels before Linux 6.13 do, to
/// this process and all that it starts.
pub fn refuse_pidfd_info() {
    sandbox::refuse(sandbox::call("ioctl PIDFD_GET_INFO"), libc::ENOTTY);
}

/// Copies this process as other people's code may do it, and goes on in both: with the copy's pid, and in the copy with
/// `None`.
pub fn fork() -> Option<u32> {
    // SAFETY: the callers have one thread.
    let pid = checked(unsafe { libc::fork() });
    (pid != 0).then(|| pid.cast_unsigned())
}

/// Waits for a child of this process that the library knows nothing of, and says how it ended.
pub fn end_of(pid: u32) -> ExitStatus {
    let mut status = 0;
    // SAFETY: `status` is valid for the kernel to write to.
    while unsafe { libc::waitpid(pid.cast_signed(), &raw mut status, 0) } == -1 {
        let error = io::Error::last_os_error();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted, "{error}");
    }
    ExitStatus::from_raw(status)
}

/// Has every child of this process that ends collected by a handler of SIGCHLD, as many programs do it.
pub fn collect_in_a_handler() {
    extern "C" fn collect(_: libc::c_int) {
        // SAFETY: both calls may be made in a handler, and the place of the last error is this thread's.
        unsafe {
            let error = *libc::__errno_location();
            while libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) > 0 {}
            *libc::__errno_location() = error;
        }
    }
    // SAFETY: the handler calls what a handler may call; a zeroed action has an empty mask.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = collect as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        checked(libc::sigaction(libc::SIGCHLD, &raw const action, std::ptr::null_mut()));
    }
}

/// Starts a program as a shell at a terminal would: it leads a session whose terminal is its standard input and output. Gives the
/// other side of the terminal, where a person would be.
pub fn start_at_a_terminal(command: &mut Command) -> (File, Child) {
    // SAFETY: the calls take numbers, a name that lives long enough, and descriptors that are new.
    let (person, program) = unsafe {
        let person = checked(libc::posix_openpt(libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC));
        let person = OwnedFd::from_raw_fd(person);
        checked(libc::grantpt(person.as_raw_fd()));
        checked(libc::unlockpt(person.as_raw_fd()));
        let mut name = [0; 64];
        assert_eq!(libc::ptsname_r(person.as_raw_fd(), name.as_mut_ptr(), name.len()), 0);
        let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;
        (person, OwnedFd::from_raw_fd(checked(libc::open(name.as_ptr(), flags))))
    };
    let copy = || program.try_clone().expect("there is a descriptor left");
    command.stdin(copy()).stdout(copy());
    // SAFETY: both calls may be made between fork and exec.
    unsafe {
        command.pre_exec(|| {
            checked(libc::setsid());
            checked(libc::ioctl(0, libc::TIOCSCTTY, 0));
            Ok(())
        });
    }
    (person.into(), command.spawn().expect("it can be started"))
}

static COUNTED: AtomicU32 = AtomicU32::new(0);

/// Installs a handler that counts how often it is called.
pub fn count(signal: i32) {
    extern "C" fn count(_: libc::c_int) {
        COUNTED.fetch_add(1, Ordering::SeqCst);
    }
    // SAFETY: the handler only changes a number.
    unsafe { libc::signal(signal, count as *const () as usize) };
}

/// Installs the same handler, to be called once.
pub fn count_once(signal: i32) {
    count(signal);
    let mut action = action_of(signal);
    action.sa_flags |= libc::SA_RESETHAND;
    // SAFETY: the action is the one that is there, with another flag.
    unsafe { checked(libc::sigaction(signal, &raw const action, std::ptr::null_mut())) };
}

/// How often it was called.
pub fn counted() -> u32 {
    COUNTED.load(Ordering::SeqCst)
}

/// Where the handler of a signal is.
pub fn handler_of(signal: i32) -> usize {
    action_of(signal).sa_sigaction
}

/// Whether the handler of a signal runs on the alternate stack, where a thread has one.
pub fn has_alternate_stack(signal: i32) -> bool {
    action_of(signal).sa_flags & libc::SA_ONSTACK != 0
}

fn action_of(signal: i32) -> libc::sigaction {
    // SAFETY: zero is a valid value of the structure, which the call fills in.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        checked(libc::sigaction(signal, std::ptr::null(), &raw mut action));
        action
    }
}

/// Makes this process the first of a session of its own.
pub fn lead_session() {
    // SAFETY: the call has no conditions.
    checked(unsafe { libc::setsid() });
}

/// Sends a signal to every process of a group; `false` if there is none.
pub fn kill_group_if_there(group: u32, signal: i32) -> bool {
    // SAFETY: the call takes numbers.
    unsafe { libc::kill(-group.cast_signed(), signal) == 0 }
}

/// The next byte of C's standard input; `None` at its end.
pub fn read_in_c() -> Option<u8> {
    // SAFETY: the call has no conditions.
    u8::try_from(unsafe { libc::getchar() }).ok()
}

/// Makes this process's children those of a new pid namespace, with a mount namespace to give it a `/proc` in; says why
/// that is not possible. A user other than root needs a user namespace for it.
pub fn enter_pid_namespace() -> io::Result<()> {
    let namespaces = libc::CLONE_NEWPID | libc::CLONE_NEWNS;
    // SAFETY: the calls take numbers.
    match unsafe { libc::unshare(namespaces) == 0 || libc::unshare(namespaces | libc::CLONE_NEWUSER) == 0 } {
        true => Ok(()),
        false => Err(io::Error::last_os_error()),
    }
}

/// Mounts the `/proc` of this process's pid namespace, for its mount namespace only.
pub fn mount_proc() -> io::Result<()> {
    let flags = libc::MS_REC | libc::MS_PRIVATE;
    let none = std::ptr::null();
    // SAFETY: the strings are C strings, and the calls take null for what they do not need.
    let mounted = unsafe {
        libc::mount(none, c"/".as_ptr(), none, flags, none.cast()) == 0
            && libc::mount(c"proc".as_ptr(), c"/proc".as_ptr(), c"proc".as_ptr(), 0, none.cast()) == 0
    };
    if mounted { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// What a socket holds that has not been read, which stays there; `None` for what is no socket, or closed.
pub fn unread(socket: RawFd) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 4096];
    let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
    // SAFETY: the buffer is valid for writes of its length.
    let length = unsafe { libc::recv(socket, bytes.as_mut_ptr().cast(), bytes.len(), flags) };
    let nothing_yet = || io::Error::last_os_error().kind() == io::ErrorKind::WouldBlock;
    match usize::try_from(length) {
        Ok(length) => bytes.truncate(length),
        Err(_) if nothing_yet() => bytes.clear(),
        Err(_) => return None,
    }
    Some(bytes)
}

/// Traces a process from now on without stopping it, as a profiler may; `false` if this process may not.
pub fn trace(pid: u32) -> bool {
    let none = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: the call takes numbers, and null for what it does not need.
    unsafe { libc::ptrace(libc::PTRACE_SEIZE, pid.cast_signed(), none, none) == 0 }
}

/// Waits for three milliseconds as the C library does it by the wall clock, for a semaphore that is never posted. Says whether the time
/// ended the wait.
pub fn wait_by_the_wall_clock() -> bool {
    // SAFETY: zeros are no semaphore yet, the first call makes it one, and the structures are valid for the calls.
    unsafe {
        let mut semaphore: libc::sem_t = std::mem::zeroed();
        checked(libc::sem_init(&raw mut semaphore, 0, 0));
        let mut until: libc::timespec = std::mem::zeroed();
        checked(libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut until));
        until.tv_nsec += 3_000_000;
        if until.tv_nsec >= 1_000_000_000 {
            (until.tv_sec, until.tv_nsec) = (until.tv_sec + 1, until.tv_nsec - 1_000_000_000);
        }
        let timed_out = libc::sem_timedwait(&raw mut semaphore, &raw const until) == -1;
        checked(libc::sem_destroy(&raw mut semaphore));
        timed_out
    }
}
