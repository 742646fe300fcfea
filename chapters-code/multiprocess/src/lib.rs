#![doc = include_str!("../README.md")]
//!
//! # Reading the source
//!
//! A module uses only modules of lower rows, and the rows are the order to read them in, from the top if you want to
//! know what there is, from the bottom if you want to know how it works.
//!
//! | row | module | what it holds |
//! |---|---|---|
//! | 8 | `context` | what a process can ask and set |
//! | 7 | `process` | a process as a value |
//! | 6 | `start` | how a child comes to be: spawn, forkserver, fork |
//! | 5 | `bootstrap` | who this process is; a child's first steps, its call, its outcome |
//! | 4 | `client` | the talk with a forkserver |
//! | 3 | `wire`, `wait` | values as bytes and descriptors; who collects a child, and when |
//! | 2 | `sys` | every system call, every `unsafe` |
//! | 1 | `error`, `method` | what can go wrong; a start method as a value |

#![deny(unsafe_code)]
#![warn(missing_docs)]

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
compile_error!(
    "multiprocess is for Linux with the GNU C library: other systems lack pidfd, memfd or SCM_RIGHTS as it uses them"
);

mod bootstrap;
mod client;
mod context;
mod error;
mod method;
mod process;
mod start;
mod sys;
mod wait;
mod wire;

pub use bootstrap::{Target, init};
pub use context::{
    ActiveChild, AuthKey, Context, CurrentProcess, ParentProcess, WaitSet, active_children, cpu_count,
    current_process, parent_process, process_cpu_count, set_executable, wait,
};
pub use error::{
    Error, ExitStatus, InitRefusal, JoinError, JoinErrorKind, Location, Panic, Refusal, Result, SignalError,
    StartError, WaitError,
};
pub use method::{ParseStartMethodError, StartMethod};
pub use process::{Child, Killer, Output, Process, Ran, Stdio, run_all};
pub use start::{
    force_start_method, set_forkserver_preload, set_start_method, start_forkserver, stop_forkserver,
};
pub use wire::carried::Descriptor;
