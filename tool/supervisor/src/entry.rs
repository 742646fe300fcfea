//! How a program that runs listings becomes its own supervisor.
//!
//! A supervisor is a copy of the program that asks for it: `/proc/self/exe`, executed again with [`MARK`] in its
//! environment. A function that the C library calls before `main` looks for the mark, and if it is there
//! does the supervisor's work instead of ever coming to `main`. So it works the same in a test binary, whose
//! `main` is not ours, and in any other program, with no second binary that would have to be built and found.
//!
//! Rejected: a supervisor forked off without an exec, since the caller has threads, and what their locks guard
//! is in any state in the child; a thread of the caller, since it dies with the caller.

#![expect(unsafe_code, reason = "a function before main needs the linker's help")]

use std::{env, panic};

use crate::{
    supervise,
    sys::{self, MARK},
};

// A static with no state: the linker's list of functions that run before `main`, while there is one thread.
#[used]
// SAFETY: the section holds pointers to `extern "C"` functions and nothing else, and this is one.
#[unsafe(link_section = ".init_array")]
static HOOK: extern "C" fn() = before_main;

extern "C" fn before_main() {
    if env::var_os(MARK).is_none() {
        return;
    }
    let code = panic::catch_unwind(supervise::run).unwrap_or(101);
    sys::exit_now(code);
}

/// Keeps the hook in every program that can ask for a supervisor: linkers drop what nothing refers to.
pub(crate) fn keep() {
    std::hint::black_box(&HOOK);
}
