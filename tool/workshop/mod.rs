//! `book workshop`: a participant, led through the exercises.
//!
//! - [`mine`]: the participant's own files, which git ignores; [`package`] makes a Cargo package of them, [`progress`] keeps
//!   what was done, [`mod@file`] writes files whole or not at all.
//! - [`build`], [`attempt`]: one check of a program, from its text to what came of it.
//! - [`report`]: that in words; [`beside`] draws the program's timeline and that of a good run; [`prose`] is for the texts of
//!   an exercise, [`overview`] for all of them.
//! - [`commands`]: one thing, and the end. [`session`]: all of it, with keys and a check after each save; [`ears`] hears of
//!   both, [`keyboard`] is the terminal's.
//!
//! Deliberately absent: what an exercise asks for and how that is checked, which is the crate `workshop`.

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
use clap::Subcommand;

use crate::workshop::mine::Mine;

/// One thing to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Action {
    /// Show all exercises, and which are done
    List,
    /// Begin an exercise: put its starting point into workshop/mine, and say what to do
    Start {
        /// Its name, or its number in the list [default: the one that was begun last, or the first]
        name: Option<String>,
    },
    /// Begin the next exercise that is not done
    Next,
    /// Check your program; the exit code is 0 if it passes
    Check {
        /// Which exercise [default: the one that was begun last]
        name: Option<String>,
        /// Show all lines of outputs and timelines
        #[arg(long)]
        whole: bool,
    },
    /// Give one more hint
    Hint {
        /// Which exercise [default: the one that was begun last]
        name: Option<String>,
    },
    /// Show the solution, after a try
    Solution {
        /// Which exercise [default: the one that was begun last]
        name: Option<String>,
    },
    /// Put the starting point back; what you had is kept
    Reset {
        /// Which exercise
        name: String,
    },
}

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

/// How a participant, who has a clone and no installed tool, types a subcommand.
fn command(action: &str) -> String {
    format!("cargo run -- workshop {action}")
}
