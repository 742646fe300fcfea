//! What runs when a process exits: at return from `main`, after a panic in `main`, and at `process::exit` from any
//! thread. `_exit`, `abort` and signals skip it.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

unsafe extern "C" {
    /// on_exit(3), which the `libc` crate does not have.
    fn on_exit(
        run: extern "C" fn(libc::c_int, *mut libc::c_void),
        argument: *mut libc::c_void,
    ) -> libc::c_int;
}

/// Has `run` called when this process exits, before what has been registered earlier.
pub(crate) fn at_exit(run: extern "C" fn()) {
    // SAFETY: a function without captured state. It fails only for want of memory, and then nothing runs.
    unsafe { libc::atexit(run) };
}

/// Has `run` called with the exit code when this process exits, before what has been registered earlier.
///
/// It is how a forked child keeps the exit handlers that it has copied from its parent from running: they were
/// registered earlier, and `run` ends the process.
pub(crate) fn before_inherited_handlers(run: extern "C" fn(libc::c_int, *mut libc::c_void)) {
    // SAFETY: as above.
    unsafe { on_exit(run, std::ptr::null_mut()) };
}

/// Whether the standard output of Rust code may still hold something when the exit handlers have run.
static BUFFERED: AtomicBool = AtomicBool::new(false);

/// Ends this process with its exit handlers, as [`std::process::exit`] does.
///
/// Where this is the only thread, as in most children, it does so by itself: the standard library would take down the
/// guard of the main thread's stack first, at a price of some ten system calls and page faults.
pub(crate) fn exit(code: libc::c_int) -> ! {
    if super::this::is_alone_by_unshare() != Some(true) {
        // Another thread may hold the lock of standard output. The standard library knows how not to wait for it.
        std::process::exit(code);
    }
    BUFFERED.store(true, Ordering::Relaxed);
    let _ = io::stdout().flush();
    // SAFETY: there is no other thread that could exit at the same time.
    unsafe { libc::exit(code) }
}

/// Writes out what Rust code has printed in exit handlers. The last of them calls this.
pub(crate) fn flush_after_handlers() {
    if BUFFERED.load(Ordering::Relaxed) && super::this::is_alone_by_unshare() == Some(true) {
        let _ = io::stdout().flush();
    }
}

/// Ends the process without any of that.
pub(crate) fn exit_now(code: libc::c_int) -> ! {
    // SAFETY: the call does not return.
    unsafe { libc::_exit(code) }
}

/// Writes out what C code has left in its buffers.
pub(crate) fn flush_c_buffers() {
    // SAFETY: a null pointer means every stream.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}
