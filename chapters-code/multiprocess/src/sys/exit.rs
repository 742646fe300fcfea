//! What runs when a process exits: at return from `main`, after a panic in `main`, and at `process::exit` from any
//! thread. `_exit`, `abort` and signals skip it.

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
