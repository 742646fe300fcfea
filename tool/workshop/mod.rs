//! `book workshop`: a participant, led through the exercises.
//!
//! - [`mine`]: the participant's own files, which git ignores; [`package`] makes a Cargo package of them, [`progress`] keeps
//!   what was done, [`mod@file`] writes files whole or not at all.
//! - [`build`], [`attempt`]: one check of a program, from its text to what came of it.
//! - [`report`]: that in words; [`beside`] draws the program's timeline and that of a good run; [`prose`] is for the texts of
//!   an exercise, [`overview`] for all of them.
//! - [`action`]: what can be asked for. [`commands`]: one thing, and the end. [`session`]: all of it, with keys and a check after each save; [`ears`] hears of
//!   both, [`keyboard`] is the terminal's.
//!
//! Deliberately absent: what an exercise asks for and how that is checked, which is the crate `workshop`.

pub mod action;
pub mod attempt;
pub mod beside;
pub mod build;
pub mod commands;
pub mod ears;
pub mod file;
pub mod keyboard;
pub mod mine;
pub mod overview;
pub mod package;
pub mod progress;
pub mod prose;
pub mod report;
pub mod session;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

pub use crate::workshop::action::Action;
use crate::workshop::mine::Mine;

/// Does one thing; or all of it, until the participant ends it.
///
/// # Errors
///
/// When a file cannot be read or written, or a check cannot be had.
pub fn workshop(root: &Path, action: Option<&Action>, poll: bool) -> Result<ExitCode> {
    let mine = Mine::new(root);
    match action {
        Some(action) => commands::act(&mine, action),
        None => session::run(&mine, poll),
    }
}
