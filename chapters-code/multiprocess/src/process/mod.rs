//! A process as a value: [`Process`] says what to run, [`Child`] is one that runs.

mod all;
mod child;
mod description;
mod streams;

pub use all::{Ran, run_all};
pub use child::{ActiveChild, Child, Output};
pub use description::Process;
pub use streams::Stdio;
