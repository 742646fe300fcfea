//! What `multiprocess` promises, each promise held by running a small program of `src/bin`.
//!
//! Every program runs under a supervisor with a deadline, alone with its descendants, and leaves nothing: no
//! process, no zombie, no descriptor, no temporary file ([`common`] looks). Shared memory is not looked for: the library's has
//! no names, so it is gone with the last descriptor. What is in `/dev/shm` belongs to other programs.
//!
//! One source is run by every start method; a test that leaves one out says why, and at the end it is printed how many
//! pairs of test and method were run, and how many were left out for which reason ([`methods`]).
//!
//! `FULL=1` repeats more often what could go wrong by chance, which takes minutes. `SEED=n` repeats what a failed test
//! of [`faults`] or [`forkserver`] did.

mod common;
mod methods;

mod abort;
mod bytes;
mod copies;
mod descriptors;
mod endings;
mod executable;
mod exits;
mod faults;
mod forkserver;
mod handles;
mod inherits;
mod init;
mod limits;
mod many;
mod names;
mod panics;
mod pipes;
mod plan;
mod pools;
mod queues;
mod races;
mod rights;
mod sandbox;
mod smaller;
mod start_methods;
mod steps;
mod sync;
mod targets;
