//! [Safety and limits]: crate::safety_and_limits
//! [A faster spawn]: crate::faster_spawn
//!
#![doc = include_str!("../README.md")]
//!
//! # A map of the crate
//!
//! | To… | use |
//! |---|---|
//! | prepare a program | [`init`], [`init_before_main!`] |
//! | start a process | [`Process`], with a [`Target`], [`Stdio`] and [`Descriptor`]s |
//! | run many processes | [`run_all`], which returns [`Ran`]s |
//! | wait for one child | [`Child::join`], [`Child::join_timeout`], [`Child::try_join`], [`Child::join_with_output`] |
//! | wait for several things | [`wait()`], [`WaitSet`] |
//! | end a child | [`Child::terminate`], [`Child::kill`], [`Child::signal`], [`Child::killer`], [`Child::kill_on_drop`] |
//! | end what a child has started, too | [`Process::own_group`] |
//! | ask how a child ended | [`Child::exit_status`], which returns an [`ExitStatus`] |
//! | ask who is who | [`current_process`], [`parent_process`], [`active_children`], [`ActiveChild`], [`AuthKey`] |
//! | count CPUs | [`cpu_count`], [`process_cpu_count`] |
//! | choose a start method | [`StartMethod`], [`set_start_method`], [`force_start_method`], [`Context`] |
//! | choose what children run | [`set_executable`] |
//! | prepare or end a forkserver | [`set_forkserver_preload`], [`start_forkserver`], [`stop_forkserver`] |
//! | handle an error of a start | [`StartError`], [`InitRefusal`] |
//! | handle an error of a join | [`JoinError`], [`JoinErrorKind`], [`Panic`], [`Refusal`] |
//! | send an [`io::Error`](std::io::Error) | [`IoError`] |
//! | send values from one process to another | [`fn@pipe`], with a [`pipe::Sender`] and a [`pipe::Receiver`] |
//! | ask and answer | [`duplex`], with two [`pipe::Connection`]s |
//! | send values among many processes | [`fn@queue`], with [`queue::Sender`]s and [`queue::Receiver`]s |
//! | wait until other processes have done all tasks | [`queue::joinable_queue`], with [`queue::Task`]s |
//! | change a value together | [`sync::Mutex`], [`shared::Value`], [`shared::Array`] |
//! | count together, without a lock | [`shared::RawValue`], [`shared::RawArray`] |
//! | take turns | [`sync::Lock`], [`sync::RLock`], [`sync::Semaphore`] |
//! | wait for each other | [`sync::Condition`], [`sync::Event`], [`sync::Barrier`] |
//! | share bytes, or memory that has a name | [`shared::SharedMemory`] |
//! | run many tasks in processes that are kept | [`Pool`], [`pool::Builder`], [`pool::AsyncResult`], [`pool::Imap`] |
//! | handle an error of a pool | [`PoolError`], [`TaskError`], [`TaskErrorKind`] |
//! | handle an error of making one of these | [`CreateError`], [`SharedMemoryError`] |
//! | handle an error of a transfer | [`SendError`], [`SendErrorKind`], [`RecvError`], [`TasksError`] |
//! | handle an error of a lock | [`LockError`], [`BarrierError`] |
//! | handle any error | [`Error`], [`Result`], [`SignalError`], [`WaitError`] |
//!
//! # Reading the source
//!
//! A module uses only modules of lower rows. Read from the top to learn what there is, and from the bottom to learn how it
//! works.
//!
//! | row | module | what it holds |
//! |---|---|---|
//! | 11 | `pool` | workers that are kept, and tasks for them |
//! | 10 | `context` | what a process can ask and set |
//! | 9 | `process` | a process as a value |
//! | 8 | `start` | how a child comes to be: spawn, forkserver, fork |
//! | 7 | `bootstrap` | who this process is; a child's first steps, its call, its outcome |
//! | 6 | `pipe`, `queue`, `shared` | values and memory that processes share |
//! | 5 | `sync` | locks that processes share |
//! | 4 | `client` | the talk with a forkserver |
//! | 3 | `wire`, `wait` | values as bytes and descriptors; who collects a child, and when |
//! | 2 | `sys` | every system call, every `unsafe` |
//! | 1 | `error`, `method` | what can go wrong; a start method as a value |

#![allow(clippy::test_attr_in_doctest, reason = "the README shows how a test starts processes")]
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
pub mod pipe;
pub mod pool;
mod process;
pub mod queue;
pub mod shared;
mod start;
pub mod sync;
mod sys;
mod wait;
mod wire;

pub use bootstrap::{Target, init};
pub use context::{
    AuthKey, Context, CurrentProcess, ParentProcess, WaitSet, active_children, cpu_count, current_process,
    parent_process, process_cpu_count, set_executable, wait,
};
pub use error::{
    BarrierError, CreateError, Error, ExitStatus, InitRefusal, IoError, JoinError, JoinErrorKind, Location,
    LockError, Panic, PoolError, RecvError, Refusal, Result, SendError, SendErrorKind, SharedMemoryError,
    SignalError, StartError, TaskError, TaskErrorKind, TasksError, WaitError,
};
pub use method::{ParseStartMethodError, StartMethod};
pub use pipe::{duplex, pipe};
pub use pool::Pool;
pub use process::{ActiveChild, Child, Output, Process, Ran, Stdio, run_all};
pub use queue::queue;
pub use start::{
    force_start_method, set_forkserver_preload, set_start_method, start_forkserver, stop_forkserver,
};
pub use wire::carried::Descriptor;
/// The crate whose traits say which values can be in shared memory, in the version that [`sync`] and [`shared`] take.
#[doc(no_inline)]
pub use zerocopy;

#[doc = include_str!("../docs/safety-and-limits.md")]
pub mod safety_and_limits {}

#[doc = include_str!("../docs/faster-spawn.md")]
pub mod faster_spawn {}
