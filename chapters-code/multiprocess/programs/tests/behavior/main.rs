//! What `multiprocess` promises, each promise held by running a small program of `src/bin`.
//!
//! Every program runs under a supervisor with a deadline, alone with its descendants, and leaves nothing: no
//! process, no zombie, no descriptor, no entry in `/dev/shm` ([`common`] looks).

mod common;
mod methods;

mod abort;
mod bytes;
mod descriptors;
mod endings;
mod executable;
mod exits;
mod faults;
mod handles;
mod inherits;
mod init;
mod limits;
mod many;
mod names;
mod panics;
mod plan;
mod start_methods;
mod targets;
