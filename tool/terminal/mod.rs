//! Where this program prints to.
//!
//! [`ink`] has the colors, [`mod@wrap`] fits lines to the width; [`paper`] is both, for longer texts; [`stop`] is what ends a
//! run early.

pub mod ink;
pub mod paper;
pub mod stop;
pub mod wrap;

use std::fmt::Display;
use std::io::{ErrorKind, Write, stderr, stdout};

use anyhow::{Context, Result};
use console::Term;

/// How many columns standard output has; `None` where it is no terminal, and lines are as long as they have to be.
pub fn width() -> Option<usize> {
    Term::stdout().size_checked().map(|(_, columns)| usize::from(columns))
}

/// Whether standard output has colors: it is a terminal that has some, and neither `NO_COLOR` nor `CLICOLOR=0` is set; or
/// `CLICOLOR_FORCE` is.
pub fn has_colors() -> bool {
    console::colors_enabled()
}

/// Says on standard error what was done. Where that cannot be written, it was done all the same.
pub fn tell(news: impl Display) {
    let _ = writeln!(stderr(), "{news}");
}

/// Writes to standard output. A reader who has seen enough, such as `head`, is no error.
///
/// # Errors
///
/// When it cannot be written to for another reason.
pub fn print(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot print"),
        _ => Ok(()),
    }
}
