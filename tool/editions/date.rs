//! The date of an edition: that of what it was made from, so that the same book gives the same file.

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

/// A moment, to the second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Date(u64);

impl Date {
    /// `SOURCE_DATE_EPOCH` if it is set, or else the last commit of the book. Without git, it is now.
    pub(crate) fn of(root: &Path) -> Result<Date> {
        if let Ok(seconds) = env::var("SOURCE_DATE_EPOCH") {
            let seconds = seconds.parse();
            return seconds.map(Date).context("SOURCE_DATE_EPOCH is not a number of seconds");
        }
        let mut git = Command::new("git");
        git.arg("-C").arg(root).args(["log", "-1", "--format=%ct"]);
        let commit =
            git.output().ok().and_then(|out| String::from_utf8(out.stdout).ok()?.trim().parse().ok());
        let now = || SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs());
        Ok(Date(commit.unwrap_or_else(now)))
    }

    /// As an EPUB has it, such as `2026-11-30T08:00:00Z`.
    pub(crate) fn iso(self) -> Result<String> {
        self.format("+%Y-%m-%dT%H:%M:%SZ")
    }

    /// As a reader has it, such as `30 November 2026`.
    pub(crate) fn day(self) -> Result<String> {
        self.format("+%-d %B %Y")
    }

    /// The standard library knows no calendar, but each Linux has this program.
    fn format(self, format: &str) -> Result<String> {
        let mut date = Command::new("date");
        date.env("LC_ALL", "C").args(["-u", "-d", &format!("@{}", self.0), format]);
        let out = date.output().context("cannot run `date`")?;
        if !out.status.success() {
            bail!("`date` failed: {}", String::from_utf8_lossy(&out.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_a_form_for_programs_and_one_for_readers() {
        let date = Date(1_795_996_800);
        assert_eq!(date.iso().expect("a date"), "2026-11-30T00:00:00Z");
        assert_eq!(date.day().expect("a date"), "30 November 2026");
    }
}
