//! What the system calls cost by themselves: no library can be faster.

use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::ptr;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::ensure;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::signal::{SigSet, SigmaskHow};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::{ForkResult, Pid, fork, pipe, read, write};

/// The argument that makes this program return from `main` at once.
pub(crate) const NOTHING: &str = "nothing";

/// `fork`, a child that does nothing but `_exit`, and `waitpid`: so many children at once.
pub(crate) fn fork_and_exit(count: usize) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let mut children = Vec::with_capacity(count);
    for _ in 0..count {
        // SAFETY: this process has one thread while it measures, and the child only leaves.
        match unsafe { fork() }? {
            // SAFETY: nothing of the parent's is cleaned up twice.
            ForkResult::Child => unsafe { libc::_exit(0) },
            ForkResult::Parent { child } => children.push(child),
        }
    }
    for child in children {
        ensure!(waitpid(child, None)? == WaitStatus::Exited(child, 0), "it did not end well");
    }
    Ok(started.elapsed())
}

/// What a process with a typed result costs at least, where copying the parent is acceptable.
pub(crate) fn fork_with_result() -> anyhow::Result<Duration> {
    let started = Instant::now();
    let (reader, writer) = pipe()?;
    // SAFETY: this process has one thread while it measures, and the child only writes and leaves.
    match unsafe { fork() }? {
        ForkResult::Child => {
            let sent = write(&writer, &benchmark_parent::double(21).to_le_bytes());
            // SAFETY: nothing of the parent's is cleaned up twice.
            unsafe { libc::_exit(i32::from(sent.is_err())) }
        }
        ForkResult::Parent { child } => {
            drop(writer);
            let mut result = [0; 4];
            ensure!(read(&reader, &mut result)? == 4 && u32::from_le_bytes(result) == 42, "wrong result");
            ensure!(waitpid(child, None)? == WaitStatus::Exited(child, 0), "it did not end well");
            Ok(started.elapsed())
        }
    }
}

/// The same with all that the library owes its caller, and nothing else.
///
/// The parent makes sure that it has one thread, writes its buffers out, and keeps a number free for the child's descriptor,
/// which is open before any signal handler can collect the child. The result goes into a file in memory, so that no size of
/// it blocks the child. The child has a name, an empty input with nothing read ahead, a panic hook that does not own what
/// its parent's owns, and a pipe by which it sees that its parent is alive. It runs the exit handlers and the destructors of
/// thread-locals that it registers itself, and none of its parent's.
pub(crate) fn fork_with_duties() -> anyhow::Result<Duration> {
    static NULL: LazyLock<File> = LazyLock::new(|| File::open("/dev/null").expect("it is there"));
    static ALIVE: LazyLock<(OwnedFd, OwnedFd)> =
        LazyLock::new(|| pipe().expect("there are descriptors for a pipe"));
    let (null, held) = (NULL.as_raw_fd(), ALIVE.1.as_raw_fd());
    let started = Instant::now();
    unshare(CloneFlags::CLONE_THREAD)?;
    io::stdout().flush()?;
    // SAFETY: a null pointer means every stream.
    unsafe { libc::fflush(ptr::null_mut()) };
    let file = File::from(memfd_create(c"result", MFdFlags::MFD_CLOEXEC)?);
    let free = NULL.as_fd().try_clone_to_owned()?;
    let mask = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    // SAFETY: this process has one thread, as has been seen, and the child leaves before its parent's exit handlers.
    match unsafe { fork() }? {
        ForkResult::Child => {
            drop(free);
            mask.thread_set_mask()?;
            std::mem::forget(std::panic::take_hook());
            std::panic::set_hook(Box::new(|info| eprintln!("Process-1 {info}")));
            // SAFETY: the calls change this process only, which uses the descriptor in no other way; the name is a C string
            // of less than 16 bytes.
            unsafe {
                leaving::before_inherited_handlers();
                libc::dup2(null, 0);
                __fpurge(stdin);
                libc::close(held);
                libc::prctl(libc::PR_SET_NAME, c"Process-1".as_ptr());
            }
            let sent = file.write_all_at(&benchmark_parent::double(21).to_le_bytes(), 0);
            let _ = io::stdout().flush();
            leaving::exit(i32::from(sent.is_err()))
        }
        ForkResult::Parent { child } => {
            drop(free);
            // SAFETY: the call takes numbers, and its descriptor is a new one.
            let pidfd = unsafe {
                let fd = libc::syscall(libc::SYS_pidfd_open, child.as_raw(), 0);
                ensure!(fd >= 0, "pidfd_open: {}", io::Error::last_os_error());
                OwnedFd::from_raw_fd(fd as i32)
            };
            mask.thread_set_mask()?;
            poll(&mut [PollFd::new(pidfd.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE)?;
            ensure!(
                waitid(Id::PIDFd(pidfd.as_fd()), WaitPidFlag::WEXITED)? == WaitStatus::Exited(child, 0),
                "it did not end with exit code 0"
            );
            let mut result = [0; 4];
            file.read_exact_at(&mut result, 0)?;
            ensure!(u32::from_le_bytes(result) == 42, "wrong result");
            Ok(started.elapsed())
        }
    }
}

unsafe extern "C" {
    /// Forgets what has been read ahead.
    fn __fpurge(stream: *mut libc::FILE);
    static stdin: *mut libc::FILE;
}

/// How a copy ends without what its parent has registered for its own end: by markers, behind which that is.
mod leaving {
    use std::ffi::c_void;
    use std::ptr;
    use std::sync::atomic::{AtomicI32, Ordering};

    unsafe extern "C" {
        fn on_exit(run: extern "C" fn(libc::c_int, *mut c_void), argument: *mut c_void) -> libc::c_int;
        fn __cxa_finalize(of: *mut c_void);
        fn __cxa_atexit(
            run: extern "C" fn(*mut c_void),
            argument: *mut c_void,
            library: *const c_void,
        ) -> libc::c_int;
        fn __cxa_thread_atexit_impl(
            run: extern "C" fn(*mut c_void),
            argument: *mut c_void,
            library: *const c_void,
        ) -> libc::c_int;
        static __dso_handle: c_void;
    }

    static CODE: AtomicI32 = AtomicI32::new(-1);

    extern "C" fn locals_are_done(_: *mut c_void) {
        if CODE.load(Ordering::Relaxed) >= 0 {
            // SAFETY: it calls what is to be called now. The marker among that does not return.
            unsafe { __cxa_finalize(ptr::null_mut()) };
        }
    }

    extern "C" fn handlers_are_done(_: *mut c_void) {
        let code = CODE.load(Ordering::Relaxed);
        if code >= 0 {
            leave(code, ptr::null_mut());
        }
    }

    extern "C" fn leave(code: libc::c_int, _: *mut c_void) {
        // SAFETY: a null pointer means every stream; the other call does not return.
        unsafe {
            libc::fflush(ptr::null_mut());
            libc::_exit(code)
        }
    }

    /// # Safety
    /// To be called in a copy of a process.
    pub(super) unsafe fn before_inherited_handlers() {
        // SAFETY: functions without captured state.
        unsafe {
            __cxa_thread_atexit_impl(locals_are_done, ptr::null_mut(), &raw const __dso_handle);
            on_exit(leave, ptr::null_mut());
            __cxa_atexit(handlers_are_done, ptr::null_mut(), &raw const __dso_handle);
        }
    }

    pub(super) fn exit(code: libc::c_int) -> ! {
        CODE.store(code, Ordering::Relaxed);
        // SAFETY: there is no other thread that could exit at the same time.
        unsafe { libc::exit(code) }
    }
}

/// The limit of every start that runs the program anew: the two system calls, and a `main` that returns at once.
pub(crate) fn exec() -> anyhow::Result<Duration> {
    const ARGV: [&CStr; 2] = [c"benchmarks", c"nothing"];
    let argv: [*const libc::c_char; 3] = [ARGV[0].as_ptr(), ARGV[1].as_ptr(), ptr::null()];
    let mut stack = vec![0_u128; 1024];
    let started = Instant::now();
    // SAFETY: CLONE_VFORK holds this thread until the child has called `execve` or `_exit`, so the stack and the
    // arguments outlive the child's use of them.
    let pid = unsafe {
        let top = stack.as_mut_ptr().add(stack.len()).cast();
        libc::clone(
            exec_self,
            top,
            libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD,
            argv.as_ptr().cast_mut().cast(),
        )
    };
    ensure!(pid > 0, "clone: {}", std::io::Error::last_os_error());
    let pid = Pid::from_raw(pid);
    ensure!(waitpid(pid, None)? == WaitStatus::Exited(pid, 0), "it did not end well");
    Ok(started.elapsed())
}

extern "C" fn exec_self(argv: *mut libc::c_void) -> libc::c_int {
    unsafe extern "C" {
        static environ: *const *const libc::c_char;
    }
    // SAFETY: `exec` passes a null-terminated array and stands still meanwhile; nothing changes the environment.
    unsafe {
        libc::execve(c"/proc/self/exe".as_ptr(), argv.cast(), environ);
        libc::_exit(127)
    }
}
