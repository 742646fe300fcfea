//! What a check asks of a run; a failure says what was expected and what came instead.

use std::fmt::Display;

use supervisor::End;

use crate::{
    failure::{Failure, Trouble},
    seen::Seen,
    words::{list, readable},
};

/// What to look at next when a run that is to end well does not.
pub(crate) const WELL: &str = "Look at standard error, and in the timeline at the last things that “main” does: which call failed, or never returned?";

impl Seen {
    /// Fails unless `holds`. `what` says what was expected and what came instead, `look` what to look at next.
    ///
    /// # Errors
    ///
    /// That failure.
    pub fn must(&self, holds: bool, what: impl Display, look: impl Display) -> Result<(), Trouble> {
        if holds {
            return Ok(());
        }
        Err(Failure { what: readable(&what.to_string()), look: look.to_string(), seen: self.clone() }.into())
    }

    /// Fails unless the run ended so, which is a run where no process was left at the deadline.
    ///
    /// # Errors
    ///
    /// A failure that names both ends.
    pub fn must_end(&self, end: End, look: impl Display) -> Result<(), Trouble> {
        let what = match self.run.ended() {
            _ if self.run.crowded => {
                format!(
                    "It has to end by {end}; it was ended because it started more and more processes or threads."
                )
            }
            End::Deadline => {
                let within = self.within.as_secs_f32();
                format!(
                    "It has to end by {end} within {within} s; {} still running then.",
                    self.still_running()
                )
            }
            other => format!("It has to end by {end}; it ended by {other}."),
        };
        self.must(self.run.ended() == end, what, look)
    }

    /// Who had to be killed at the deadline: `main and Process-1 were`.
    fn still_running(&self) -> String {
        let all = || 0..self.timeline.as_ref().map_or(0, |run| run.processes.len());
        let names: Vec<&str> =
            all().filter(|&at| self.ended(at) == Some(End::Deadline)).map(|at| self.name(at)).collect();
        match names[..] {
            [] => "a process of it was".to_owned(),
            [name] => format!("{name} was"),
            [_, _] | [_, _, _] => format!("{} were", list(&names)),
            _ => format!("{} processes of it were", names.len()),
        }
    }

    /// Fails unless the run ended by exit code 0, where nothing more is known of what went wrong.
    ///
    /// # Errors
    ///
    /// As for [`Seen::must_end`].
    pub fn must_succeed(&self) -> Result<(), Trouble> {
        self.must_end(End::Exit(0), WELL)
    }

    /// Fails unless the program wrote these lines to its standard output, in this order.
    ///
    /// # Errors
    ///
    /// A failure that names the first line that is another one.
    pub fn must_print<S: AsRef<str>>(&self, expected: &[S], look: impl Display) -> Result<(), Trouble> {
        let found = self.lines();
        let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
        let at = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
        let what = match (expected.get(at), found.get(at)) {
            (None, None) => return Ok(()),
            (Some(line), None) if at == 0 => {
                format!("Its first line of standard output has to be “{line}”; it printed nothing.")
            }
            (Some(line), None) => format!("After {at} lines of standard output “{line}” is missing."),
            (None, Some(line)) => format!("Standard output has a line too many: “{line}”, line {}.", at + 1),
            (Some(line), Some(other)) => {
                format!("Line {} of standard output has to be “{line}”; it is “{other}”.", at + 1)
            }
        };
        self.must(false, what, look)
    }
}
