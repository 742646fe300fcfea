//! The exercises of the book.
//!
//! A folder of `exercises` is one exercise:
//!
//! | file | what it is |
//! |---|---|
//! | `exercise.md` | its title, what to do, three hints of rising strength, and why the solution is one |
//! | `start.rs` | what a participant begins with: it compiles, and fails the check |
//! | `start.snap` | what the check says of it |
//! | `solution.rs` | a program that passes |
//! | `check.rs` | what a program has to do |
//! | `runs/*.json` | how the solution ran, a timeline for each way in which the check runs it |
//!
//! In reading order: [`exercise`] is the list of them, and their texts; [`trial`] runs a program for a check; [`seen`] is one
//! such run, and what can be asked of it; `must` asks, and makes a [`failure`] of a wrong answer, in `words` for a participant.
//!
//! A check judges what a program did, never how fast this machine is: counts, orders, ends, and times only where one program waits
//! and the other one does not.
//!
//! Deliberately absent: how a participant is led through them, which is `book workshop`, in `tool/workshop`.

#![forbid(unsafe_code)]

pub mod exercise;
pub mod failure;
pub mod seen;
pub mod trial;

mod checks;
mod must;
mod words;

pub use crate::{
    exercise::{ALL, Exercise, Mistake, Text},
    failure::{Failure, Trouble},
    seen::Seen,
    trial::{How, Trial},
};
