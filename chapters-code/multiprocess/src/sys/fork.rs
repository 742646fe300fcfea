//! A copy of this process.

use std::io;
use std::os::fd::BorrowedFd;

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid};

use super::child::Handle;
use super::numbers;
use super::signals::Mask;

/// Which of the two processes this is.
pub(crate) enum Forked {
    Child,
    Parent(Handle),
}

/// Copies this process ([fork(2)](https://man7.org/linux/man-pages/man2/fork.2.html)).
///
/// `spare` is any open file.
///
/// # Safety
/// This must be the only thread, and no lock may be held that the child will take.
pub(crate) unsafe fn fork(spare: BorrowedFd<'_>) -> io::Result<Forked> {
    // ANCHOR: fork
    // Once there is a child it is too late to find that its descriptor cannot be opened. So the call is tried, and a number
    // is kept free for it.
    super::child::try_to_open()?;
    let reserved = numbers::duplicate(spare)?;
    // A handler that collects children, or opens files, waits until the child's descriptor is open.
    let mask = Mask::block_all();
    // SAFETY: the caller's promise makes the child's memory as whole as the parent's. The C library's `fork` and not a
    // bare `clone`, because its own state has to be put right in the child.
    let forked = unsafe { nix::unistd::fork() };
    numbers::close(reserved);
    let forked = match forked {
        Ok(ForkResult::Child) => Ok(Forked::Child),
        Ok(ForkResult::Parent { child }) => opened(child).map(Forked::Parent),
        Err(error) => Err(error.into()),
    };
    mask.set();
    // ANCHOR_END: fork
    forked
}

/// The descriptor of a child that has just been made. The child runs meanwhile. To hold it back would take a twentieth of the
/// time of a start and its join, and what can still fail is rare: a want of memory, or of open files in the whole system.
fn opened(pid: Pid) -> io::Result<Handle> {
    let error = match super::child::open(pid.as_raw()) {
        Ok(pidfd) => {
            let pidfd = numbers::beyond_reserved_if_possible(pidfd);
            return Ok(Handle { pid: pid.as_raw().cast_unsigned(), pidfd });
        }
        Err(error) => error,
    };
    // If the process is not there, it was collected by what `pthread_atfork` has called, or by the kernel because SIGCHLD
    // is ignored, and by now the number may be a stranger's.
    if error.raw_os_error() != Some(libc::ESRCH) {
        let _ = kill(pid, Signal::SIGKILL);
        let _ = waitpid(pid, None);
    }
    Err(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ExitStatus;
    use crate::sys::child::{Block, Waited, wait};
    use std::os::fd::AsFd;

    extern "C" fn collect(_: libc::c_int) {
        // SAFETY: no status is asked for.
        unsafe { libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) };
    }

    /// Runs in a process of its own: the handler collects the children of every test.
    #[test]
    fn a_child_is_known_though_a_handler_collects_it_at_once() {
        // SAFETY: the copy is made of a process with several threads, and goes on with this one only. It allocates, so it
        // relies on the C library's `fork`, which makes the allocator whole. The handler makes one system call.
        let copy = unsafe { libc::fork() };
        if copy == 0 {
            let null = std::fs::File::open("/dev/null").expect("it is there");
            // SAFETY: as above; this is the only thread now.
            let known = unsafe {
                libc::signal(libc::SIGCHLD, collect as *const () as usize);
                (0..100).all(|_| {
                    match fork(null.as_fd()) {
                        Ok(Forked::Child) => libc::_exit(7),
                        Ok(Forked::Parent(child)) => {
                            while !crate::sys::poll::is_ready(child.pidfd.as_fd(), None)
                                .expect("it can be polled")
                            {}
                            // Where the kernel keeps no status, the answer is that it was collected.
                            let answer = wait(child.pidfd.as_fd(), Block::Yes).expect("it can be waited for");
                            matches!(answer, Waited::Ended(ExitStatus::Code(7)) | Waited::Collected)
                        }
                        Err(_) => false,
                    }
                })
            };
            // SAFETY: the call does not return.
            unsafe { libc::_exit(libc::c_int::from(!known)) }
        }
        let copy = super::super::child::open(copy).expect("it has not been collected");
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        assert!(crate::sys::poll::is_ready(copy.as_fd(), Some(deadline)).expect("it can be polled"));
        assert_eq!(wait(copy.as_fd(), Block::Yes).expect("it has ended"), Waited::Ended(ExitStatus::Code(0)));
    }
}
