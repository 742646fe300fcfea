//! Every system call and every `unsafe` of the crate.
//!
//! The calls are nix's or rustix's. In a forked child they are rustix's where it has them: those do not allocate, and each
//! piece of code that has not run there yet costs a page fault. What is called by hand says why.
//!
//! - [`exec`] starts a program without copying this process's memory; [`fork`] makes a copy of this process.
//! - [`memfd`] makes files that live in memory and go away with their last descriptor.
//! - [`shared`] maps such a file, so that processes share memory; [`robust`] is a lock in it, and [`futex`] waits for a number in it.
//! - [`guarded`] is memory with such a lock in front of it.
//! - [`pidfd`] waits for the end of threads that need not be of this process.
//! - [`named`] finds such a file by a name.
//! - [`racing`] copies memory that is being written to.
//! - [`eventfd`] is a counter that can be waited for.
//! - [`numbers`] says which descriptors a spawned child finds where.
//! - [`socket`] takes messages with descriptors from one process to another.
//! - [`stream`] takes any number of bytes from one process to another.
//! - [`signals`] says which signals a thread holds back.
//! - [`strings`] has the arguments and the environment of a program that is to be started.
//! - [`image`] knows where the executable lies in memory and which build it is.
//! - [`function`] finds a function of one process again in another process of the same build.
//! - [`child`] waits for a child and signals it, by its descriptor.
//! - [`ends`] knows the ends of pipes that a forked child must not keep.
//! - [`poll`] waits for descriptors.
//! - [`epoll`] waits for many of them.
//! - [`interrupt`] lets a process be told of SIGINT, or survive it.
//! - [`alive`] lets a child notice that its parent is gone.
//! - [`exit`] calls back when this process exits.
//! - [`rights`] says what this process may do, to compare it with another process or another time.
//! - [`this`] asks and changes what the kernel knows about this process.

#![expect(unsafe_code, reason = "this is the layer that the crate's unsafe code lives in")]

pub(crate) mod alive;
mod call;
pub(crate) mod child;
pub(crate) mod ends;
pub(crate) mod epoll;
pub(crate) mod eventfd;
pub(crate) mod exec;
pub(crate) mod exit;
pub(crate) mod fork;
pub(crate) mod function;
pub(crate) mod futex;
pub(crate) mod guarded;
pub(crate) mod image;
pub(crate) mod interrupt;
pub(crate) mod memfd;
pub(crate) mod named;
pub(crate) mod numbers;
pub(crate) mod pidfd;
pub(crate) mod poll;
mod racing;
pub(crate) mod rights;
pub(crate) mod robust;
pub(crate) mod shared;
pub(crate) mod signals;
pub(crate) mod socket;
pub(crate) mod stream;
pub(crate) mod strings;
pub(crate) mod this;

use std::io;

/// The error of the call that just returned `-1`, or its result.
fn checked(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
