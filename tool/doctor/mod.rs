//! `book doctor`: whether this machine can do all that the book does.
//!
//! - [`check`]: one question, its answer, and what to do about it; [`task`] is what the answer matters for.
//! - [`kernel`], [`tracing`], [`limits`], [`folders`], [`saves`], [`programs`], [`offline`], [`network`],
//!   [`leftovers`]: the questions.
//! - [`packages`]: the command that installs something on this distribution; [`place`]: WSL, a container, or neither.
//! - [`report`]: all answers, for people and as JSON.
//! - `sys`: the calls that need `unsafe`.
//!
//! A question is put by doing what the book does: a call is made, a program is compiled, children are started. A version
//! number says what a kernel could do, and not what a container lets it do.

pub mod check;
pub mod folders;
pub mod kernel;
pub mod leftovers;
pub mod limits;
pub mod network;
pub mod offline;
pub mod packages;
pub mod place;
pub mod programs;
pub mod report;
pub mod saves;
mod sys;
pub mod task;
pub mod tracing;

use std::path::Path;

use crate::doctor::report::{Machine, Report};

/// Puts every question, for the book in the folder `root`.
pub fn examine(root: &Path) -> Report {
    let packages = packages::Manager::of_this_machine();
    let place = place::Place::this();
    let mut checks = kernel::checks(place);
    checks.extend(tracing::checks());
    checks.extend(limits::checks(place));
    checks.extend(folders::checks(root));
    checks.extend(saves::checks(root, place));
    checks.extend(programs::checks(packages, place));
    checks.extend(offline::checks(root));
    checks.extend(network::checks());
    checks.extend(leftovers::checks());
    Report::new(Machine::this(place), checks)
}
