//! `clone(CLONE_VM | CLONE_VFORK)` and `execve`: a new program without a copy of this process's memory.
//!
//! `fork` copies page tables, so its price grows with the caller's memory; here the child borrows the caller's
//! memory for the few system calls before `execve`, while the calling thread stands still. `posix_spawn` does the
//! same and was the first choice, but it cannot hand out a pidfd together with the child, and a pid looked up
//! afterwards may belong to somebody else when another part of the program collects children.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use super::child::Handle;
use super::numbers::{FIRST_FREE, HANDED};
use super::signals::Mask;
use super::strings::Strings;

/// A program to start.
pub(crate) struct Exec<'a> {
    pub(crate) program: &'a CStr,
    pub(crate) argv: &'a Strings<'a>,
    pub(crate) envp: &'a Strings<'a>,
    /// What the program gets as its standard input. Its own number is not below [`FIRST_FREE`].
    pub(crate) stdin: BorrowedFd<'a>,
    /// What the program gets as descriptors 3 and 4. Their own numbers are not below [`FIRST_FREE`].
    pub(crate) handed: [BorrowedFd<'a>; 2],
}

/// The step that failed, and how.
pub(crate) struct ExecError {
    pub(crate) step: &'static str,
    pub(crate) source: io::Error,
}

/// Room for the child's few frames. Untouched pages of it cost nothing.
const STACK: usize = 64 * 1024;

/// A part of the stack, aligned as the processor's calling convention asks.
#[repr(align(16))]
struct Slot(#[expect(dead_code, reason = "it is room")] [u8; 16]);

/// What the child reads, and where it leaves the reason if it fails. It lives in the caller's frame.
struct Order {
    program: *const libc::c_char,
    argv: *const *const libc::c_char,
    envp: *const *const libc::c_char,
    /// Which descriptor to put under which number.
    places: [(RawFd, RawFd); 3],
    mask: Mask,
    step: &'static str,
    errno: libc::c_int,
}

/// Starts `exec.program` in a new process. Returns when the program has replaced the child, or has failed to.
///
/// The program gets this process's descriptors 1 and 2 and those named in `exec`, and no others.
/// Signal handlers are reset, SIGPIPE gets its default action, and the signal mask is the calling thread's.
pub(crate) fn exec(exec: &Exec<'_>) -> Result<Handle, ExecError> {
    let mut stack = Box::<[Slot]>::new_uninit_slice(STACK / size_of::<Slot>());
    let mut pidfd: RawFd = -1;
    let mut order = Order {
        program: exec.program.as_ptr(),
        argv: exec.argv.as_ptr(),
        envp: exec.envp.as_ptr(),
        places: [
            (exec.stdin.as_raw_fd(), 0),
            (exec.handed[0].as_raw_fd(), HANDED[0]),
            (exec.handed[1].as_raw_fd(), HANDED[1]),
        ],
        mask: Mask::block_all(),
        step: "",
        errno: 0,
    };
    // ANCHOR: clone
    // SAFETY: The child runs `run_child` on a stack of its own, whose top is one past the end of `stack` and aligned
    // to 16 bytes. CLONE_VFORK holds this thread until the child has called `execve` or `_exit`, so `stack`, `order`
    // and all that `order` points to outlive the child's use of them. No handler of ours can run in the child while
    // it shares our memory: all signals are blocked before the call and the handlers are gone before they are
    // unblocked. The kernel writes the pidfd through the fifth argument because CLONE_PIDFD asks it to.
    let pid = unsafe {
        let top = stack.as_mut_ptr().add(stack.len()).cast::<libc::c_void>();
        libc::clone(
            run_child,
            top,
            libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD | libc::SIGCHLD,
            (&raw mut order).cast(),
            &raw mut pidfd,
        )
    };
    // ANCHOR_END: clone
    let refused = (pid == -1).then(io::Error::last_os_error);
    order.mask.set();
    drop(stack);
    if let Some(source) = refused {
        return Err(ExecError { step: "clone", source });
    }
    // SAFETY: the kernel has just made this descriptor for us and nobody else knows it.
    let pidfd = super::numbers::beyond_reserved_if_possible(unsafe { OwnedFd::from_raw_fd(pidfd) });
    if order.errno != 0 {
        // The child has called `_exit`; collecting it cannot block for long.
        let _ = super::child::wait(pidfd.as_fd(), super::child::Block::Yes);
        return Err(ExecError { step: order.step, source: io::Error::from_raw_os_error(order.errno) });
    }
    Ok(Handle { pid: pid.cast_unsigned(), pidfd })
}

/// The child between `clone` and `execve`. Nothing here may allocate, lock or unwind: the memory is the parent's,
/// and the parent's other threads go on using it.
extern "C" fn run_child(order: *mut libc::c_void) -> libc::c_int {
    // SAFETY: `exec` passes its own `Order` and stands still while the child uses it.
    let order = unsafe { &mut *order.cast::<Order>() };
    // SAFETY: every call is a bare system call on plain values, or on pointers that `exec` keeps alive.
    unsafe {
        reset_handlers();
        let failed = if !order.places.iter().all(|&(from, to)| libc::dup2(from, to) != -1) {
            "dup2"
        } else if libc::syscall(libc::SYS_close_range, FIRST_FREE, libc::c_uint::MAX, 0) == -1 {
            "close_range (Linux 5.9 or newer is needed)"
        } else {
            libc::sigprocmask(libc::SIG_SETMASK, order.mask.as_ptr(), ptr::null_mut());
            libc::execve(order.program, order.argv, order.envp);
            "execve"
        };
        order.step = failed;
        order.errno = *libc::__errno_location();
        libc::_exit(127)
    }
}

/// Gives every caught signal its default action. `execve` would do so too, but the mask is lifted before it.
///
/// # Safety
/// To be called in a child that does not share its signal handlers with a running thread.
unsafe fn reset_handlers() {
    for signal in 1..=libc::SIGRTMAX() {
        // SAFETY: the structure is plain data; the kernel refuses what it does not want changed.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            let caught = libc::sigaction(signal, ptr::null(), &raw mut action) == 0
                && action.sa_sigaction != libc::SIG_IGN
                && action.sa_sigaction != libc::SIG_DFL;
            if caught || signal == libc::SIGPIPE {
                action.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &raw const action, ptr::null_mut());
            }
        }
    }
}
