//! Runs a listing under a deadline, records what it did, and checks it against its record.
//!
//! Program, page and test must never disagree, so they all read one record of one listing, and every run of a
//! listing goes through one supervisor: a small process of its own that leaves nothing running. In reading order:
//!
//! - [`catalog`]: where the listings, their twins and their records are.
//! - [`end`], [`promise`], [`record`], [`mod@escape`]: what a record says, and which runs a promise allows.
//! - [`request`], [`mod@run`], [`event`], [`order`]: running any program under a supervisor, as its caller sees it;
//!   [`program`]: a listing as such a program.
//! - `entry`, `supervise`: the supervisor, from before its `main` to its end; then its parts: `launch` starts the
//!   program, `tracer` follows every process of it, `output` and `outbox` carry what it writes, `kill` ends it.
//! - `filter`, `call`, `calls`, `tracee`: what a tracer in detail adds, from the system calls that stop to what the threads
//!   of a run do in them.
//! - [`roles`]: what is shown in place of a pid.
//! - [`timeline`], [`builder`], `writers`: what a run did and when, as a figure is drawn from it, and how that is put
//!   together from what the supervisor says; [`mod@machine`]: on what it was recorded.
//! - [`trial`], [`mod@check`], `fresh`: the test of one listing.
//! - [`shape`], [`sound`]: what two runs of one program have in common, and what holds in every run.
//! - [`oracle`], [`load`]: for tests: whether anything was left behind, and a busy machine.
//! - `procfs`, `sys`, `arch`: what the kernel tells, the calls that need `unsafe`, and what differs between architectures.
//!
//! Deliberately absent: standard input for a listing, which has none; a terminal; limits on memory and
//! processor time.

#![deny(unsafe_code)]

mod arch;
pub mod builder;
mod call;
mod calls;
pub mod catalog;
pub mod check;
pub mod end;
mod entry;
pub mod escape;
pub mod event;
mod filter;
mod fresh;
mod kill;
mod launch;
pub mod load;
pub mod machine;
pub mod oracle;
pub mod order;
mod outbox;
mod output;
mod procfs;
pub mod program;
pub mod promise;
pub mod record;
pub mod request;
pub mod roles;
pub mod run;
pub mod shape;
pub mod sound;
mod supervise;
mod sys;
pub mod timeline;
mod tracee;
mod tracer;
pub mod trial;
mod writers;

#[doc(hidden)]
pub use insta;

pub use crate::{
    builder::{Builder, follow},
    end::End,
    event::{Event, What},
    order::Order,
    request::Request,
    run::{ProcessSeen, Run, RunError, ThreadSeen, run, run_steered, run_until, run_with},
    trial::{Trial, any_order, exact},
};
