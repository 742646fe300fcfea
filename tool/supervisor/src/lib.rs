//! Runs any program under a deadline, and leaves nothing of it running.
//!
//! A supervisor is a small process of its own: it follows every process that the program starts, says what they do, and at
//! the end, or when its caller is gone, ends what is left. In reading order:
//!
//! - [`request`], [`mod@run`], [`event`], [`order`], [`end`]: running a program, as its caller sees it.
//! - `entry`, `supervise`: the supervisor, from before its `main` to its end; then its parts: `launch` starts the
//!   program, `tracer` follows every process of it, `output` and `outbox` carry what it writes, `kill` ends it. `guard` is
//!   a second process, which does so where the supervisor cannot.
//! - `filter`: which system calls of a program fail, and at which ones it stops. `call`, `calls`, `tracee`: what a tracer in
//!   detail adds, which is what the threads of a run do in those calls. `locks`, `messages`, `memory`: what it tells only if a
//!   request asks for it.
//! - [`shell`]: commands, as they are pasted.
//! - [`oracle`], [`load`], [`share`]: for tests: whether anything was left behind, a busy machine, and how much to repeat now.
//! - [`temporary`]: folders for work in passing; each run has one for the files that it would leave behind.
//! - `procfs`, `sys`, `arch`: what the kernel tells, the calls that need `unsafe`, and what differs between architectures.
//!
//! Deliberately absent: what a listing promises, which is the crate `records`' to know; standard input; a terminal; limits
//! on memory and processor time.

#![deny(unsafe_code)]

mod arch;
mod call;
mod calls;
pub mod end;
mod entry;
pub mod event;
mod filter;
mod guard;
mod kill;
mod launch;
pub mod load;
mod locks;
mod memory;
mod messages;
pub mod oracle;
pub mod order;
mod outbox;
mod output;
mod procfs;
pub mod request;
pub mod run;
pub mod share;
pub mod shell;
mod supervise;
mod sys;
pub mod temporary;
mod tracee;
mod tracer;

pub use crate::{
    end::End,
    event::{Event, What},
    order::Order,
    request::{Extras, Request},
    run::{ProcessSeen, Run, RunError, ThreadSeen, run, run_steered, run_until, run_with},
    temporary::Temporary,
};
