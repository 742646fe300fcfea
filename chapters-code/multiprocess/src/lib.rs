//! Start a function in a process of its own, and join it for what it returned.
//!
//! ```
//! use multiprocess::Process;
//!
//! fn my_process() {
//!     println!("Hello Process World");
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     Process::new(my_process, ()).start()?.join()
//! }
//! ```
//!
//! [`Process`] says what to run, [`Process::start`] gives a running [`Child`], and [`Child::join`] hands back what the
//! function returned, or an [`Error`] that says how the process ended instead. [`init`] is where a child takes up
//! its work; without it nothing is started.
//!
//! # Reading the source
//!
//! A module uses only modules of lower rows, and the rows are the order to read them in, from the top if you want to
//! know what there is, from the bottom if you want to know how it works.
//!
//! | row | module | what it holds |
//! |---|---|---|
//! | 7 | `context` | what a process can ask and set |
//! | 6 | `process` | a process as a value |
//! | 5 | `start` | how a child comes to be: spawn, forkserver, fork |
//! | 4 | `bootstrap` | a child's first steps: plan, target, outcome |
//! | 2 | `wire`, `wait` | bytes in frames; who collects a child, and when |
//! | 1 | `sys` | every system call, every `unsafe` |
//! | 0 | `error` | what can go wrong |
//!
//! # What is not here
//!
//! Queues, locks, shared memory, pools and managers. Linux only
//! (5.9 or newer, glibc), because children are held by descriptors (pidfd) and their plans live in memory files (memfd).

#![deny(unsafe_code)]
#![warn(missing_docs)]

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
compile_error!(
    "multiprocess is for Linux with glibc: it needs pidfds, memory files, and what glibc's fork does"
);

mod bootstrap;
mod context;
mod error;
mod process;
mod start;
mod sys;
mod wait;
mod wire;

pub use bootstrap::{Target, init};
pub use context::{
    ActiveChild, AuthKey, Context, CurrentProcess, ParentProcess, active_children, cpu_count,
    current_process, parent_process, process_cpu_count, set_executable, wait,
};
pub use error::{Error, ExitStatus, InitRefusal, Panic, Refusal, Result};
pub use process::{Child, Process};
pub use start::{
    StartMethod, force_start_method, set_forkserver_preload, set_start_method, start_forkserver,
};

/// The examples of the README run as they stand there.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
