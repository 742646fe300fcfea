//! What the system calls cost by themselves: no library can be faster.

use std::ffi::CStr;
use std::ptr;
use std::time::{Duration, Instant};

use anyhow::ensure;
use nix::sys::wait::{WaitStatus, waitpid};
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
