//! What runs when a process exits: at return from `main`, after a panic in `main`, and at `process::exit` from any
//! thread. `_exit`, `abort` and signals skip it.
//!
//! A forked child has a copy of its parent's exit handlers, and of the destructors of its parent's thread-locals, and must
//! run neither: they would remove the parent's temporary folders and close its connections. It registers markers of its own
//! behind them. Both run in reverse order, so those that the target registers run before the markers, and the markers end
//! the process before the parent's are reached.
//!
//! One way around them is left. Where the target calls `exit` itself, the C library runs the destructors of thread-locals
//! before it hands the exit code to any handler, so there the parent's run, too.

use std::ffi::c_void;
use std::io::{self, Write};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

unsafe extern "C" {
    /// on_exit(3), which neither `libc` nor `nix` nor `rustix` has.
    fn on_exit(run: extern "C" fn(libc::c_int, *mut c_void), argument: *mut c_void) -> libc::c_int;
    /// Runs the handlers that atexit(3) and C++ have registered, and no destructors of thread-locals. It is part of the
    /// C++ ABI (Itanium, 3.3.6.3).
    fn __cxa_finalize(of: *mut c_void);
    /// Has a destructor run when this thread ends, before those that were registered earlier; part of the C++ ABI, too.
    fn __cxa_thread_atexit_impl(
        destructor: extern "C" fn(*mut c_void),
        object: *mut c_void,
        library: *const c_void,
    ) -> libc::c_int;
    /// As atexit(3), for a program or a library; part of the C++ ABI (Itanium, 3.3.6.2).
    fn __cxa_atexit(
        run: extern "C" fn(*mut c_void),
        argument: *mut c_void,
        library: *const c_void,
    ) -> libc::c_int;
    /// What this program is called by these functions.
    static __dso_handle: c_void;
}

/// Has `run` called when this process exits, before what has been registered earlier.
pub(crate) fn at_exit(run: extern "C" fn()) {
    // SAFETY: a function without captured state. It fails only for want of memory, and then nothing runs.
    unsafe { libc::atexit(run) };
}

/// What a forked child's marker does before it ends the process.
static LAST: Mutex<Option<fn()>> = Mutex::new(None);

/// The exit code of a forked child that leaves by [`exit_copy`]; -1 as long as it does not.
static CODE: AtomicI32 = AtomicI32::new(-1);

/// In a forked child: keeps the handlers that it has copied from its parent from running. `last` runs after the handlers
/// that this process registers from now on.
pub(crate) fn leave_before_inherited_handlers(last: fn()) {
    extern "C" fn by_exit(code: libc::c_int, _: *mut c_void) {
        leave(code)
    }
    extern "C" fn by_finalize(_: *mut c_void) {
        // `exit` comes by here, too, but its code is known to the other marker only, which is next.
        let code = CODE.load(Ordering::Relaxed);
        if code >= 0 {
            leave(code)
        }
    }
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    extern "C" fn by_thread(_: *mut c_void) {
        if CODE.load(Ordering::Relaxed) >= 0 {
            // SAFETY: it calls what has been registered to be called at this moment. The marker among that does not return.
            unsafe { __cxa_finalize(ptr::null_mut()) };
        }
    }
    // SAFETY: functions without captured state, registered one right behind the other.
    unsafe {
        __cxa_thread_atexit_impl(by_thread, ptr::null_mut(), &raw const __dso_handle);
        on_exit(by_exit, ptr::null_mut());
        __cxa_atexit(by_finalize, ptr::null_mut(), &raw const __dso_handle);
    }
}

fn leave(code: libc::c_int) -> ! {
    let last = *LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(last) = last {
        last();
    }
    flush_after_handlers();
    flush_c_buffers();
    exit_now(code)
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

/// Ends a forked child with the destructors and exit handlers that it has registered itself.
pub(crate) fn exit_copy(code: libc::c_int) -> ! {
    if super::this::is_alone_by_unshare() == Some(true) {
        BUFFERED.store(true, Ordering::Relaxed);
        let _ = io::stdout().flush();
    } else {
        flush_beside_threads();
    }
    CODE.store(code, Ordering::Relaxed);
    // SAFETY: no other thread of this child exits at the same time, but for a fault of its target's.
    unsafe { libc::exit(code) }
}

/// Another thread may hold the lock of standard output for good, so a thread of its own waits for the lock.
fn flush_beside_threads() {
    const PATIENCE: Duration = Duration::from_millis(100);
    let (done, flushed) = mpsc::channel();
    let flush = move || {
        let _ = io::stdout().flush();
        let _ = done.send(());
    };
    if std::thread::Builder::new().spawn(flush).is_ok() {
        let _ = flushed.recv_timeout(PATIENCE);
    }
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
    unsafe { libc::fflush(ptr::null_mut()) };
}

/// Forgets what C code has read ahead of standard input.
pub(crate) fn purge_c_input() {
    unsafe extern "C" {
        /// __fpurge(3), and the stream that it is for. `libc` has neither.
        fn __fpurge(stream: *mut libc::FILE);
        static stdin: *mut libc::FILE;
    }
    // SAFETY: the stream is the C library's own, and this is the only thread.
    unsafe { __fpurge(stdin) };
}
