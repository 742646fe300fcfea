//! What a check says when it is not content.

use std::fmt;

use supervisor::RunError;

use crate::seen::Seen;

/// A program did not do what the exercise asks for.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What was expected, and what came instead: whole sentences.
    pub what: String,
    /// What to look at next: a whole sentence, no solution.
    pub look: String,
    /// The run that showed it.
    pub seen: Seen,
}

/// Why a check ended early.
#[derive(Debug)]
pub enum Trouble {
    /// The program is at fault.
    Failure(Box<Failure>),
    /// There was no run that could be judged: the machine is at fault, or somebody stopped it.
    Run(RunError),
    /// The runs of this machine cannot be traced, for this reason; so the check could not see what it judges.
    Untraced(String),
    /// The check could not prepare a file that the program is to work on.
    Prepare(std::io::Error),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Failure(Box::new(failure))
    }
}

impl From<RunError> for Trouble {
    fn from(error: RunError) -> Trouble {
        Trouble::Run(error)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        Trouble::Prepare(error)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Failure(failure) => {
                write!(f, "{}\n{}\nthe run: {}", failure.what, failure.look, failure.seen.command)
            }
            Trouble::Run(error) => write!(f, "there was no run to judge: {error}"),
            Trouble::Untraced(why) => {
                write!(f, "this machine does not show what the program's processes do: {why}")
            }
            Trouble::Prepare(error) => write!(f, "cannot prepare a file for the program: {error}"),
        }
    }
}

impl std::error::Error for Trouble {}
