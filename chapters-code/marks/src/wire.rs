//! How a program says something to its tracer, for both of them.

use std::fmt;

/// The variable that is set in the environment of a program of which the tracer wants to hear.
pub const VARIABLE: &str = "TIMELINE_MARKS";
/// No process has a descriptor with this number, which spells `mark`.
pub const DESCRIPTOR: i32 = -i32::from_be_bytes(*b"mark");

const _: () = assert!(DESCRIPTOR < 0);

/// What a program says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// This moment is to be marked.
    Mark(&'a str),
    /// What is at these addresses has a name.
    Memory {
        /// From here.
        address: u64,
        /// So many bytes.
        length: u64,
        /// Its name.
        name: &'a str,
    },
    /// What a descriptor is an end of has a name.
    End {
        /// The descriptor.
        descriptor: i32,
        /// Its name.
        name: &'a str,
    },
    /// A task begins.
    TaskBegins {
        /// Its number. No other task of the process has the same.
        task: u64,
        /// Its name.
        name: &'a str,
    },
    /// The task with this number runs on the thread that says so.
    TaskRuns(u64),
    /// It runs no longer, for now.
    TaskRests(u64),
    /// It has ended.
    TaskEnds(u64),
}

impl fmt::Display for Said<'_> {
    /// The text that the tracer reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Said::Mark(text) => write!(f, "mark {text}"),
            Said::Memory { address, length, name } => write!(f, "memory {address} {length} {name}"),
            Said::End { descriptor, name } => write!(f, "end {descriptor} {name}"),
            Said::TaskBegins { task, name } => write!(f, "begins {task} {name}"),
            Said::TaskRuns(task) => write!(f, "runs {task}"),
            Said::TaskRests(task) => write!(f, "rests {task}"),
            Said::TaskEnds(task) => write!(f, "ends {task}"),
        }
    }
}

impl<'a> Said<'a> {
    /// What a text says; `None` if it is none that this crate writes.
    pub fn read(text: &'a str) -> Option<Said<'a>> {
        let (kind, rest) = text.split_once(' ')?;
        let split = || rest.split_once(' ');
        Some(match kind {
            "mark" => Said::Mark(rest),
            "memory" => {
                let (address, rest) = split()?;
                let (length, name) = rest.split_once(' ')?;
                Said::Memory { address: address.parse().ok()?, length: length.parse().ok()?, name }
            }
            "end" => split().and_then(|(descriptor, name)| {
                Some(Said::End { descriptor: descriptor.parse().ok()?, name })
            })?,
            "begins" => {
                split().and_then(|(task, name)| Some(Said::TaskBegins { task: task.parse().ok()?, name }))?
            }
            "runs" => Said::TaskRuns(rest.parse().ok()?),
            "rests" => Said::TaskRests(rest.parse().ok()?),
            "ends" => Said::TaskEnds(rest.parse().ok()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        let name = "a name with blanks, and ümläuts\n";
        for said in [
            Said::Mark(name),
            Said::Mark(""),
            Said::Memory { address: u64::MAX, length: 0, name },
            Said::End { descriptor: -1, name },
            Said::TaskBegins { task: 7, name: "" },
            Said::TaskRuns(7),
            Said::TaskRests(7),
            Said::TaskEnds(u64::MAX),
        ] {
            assert_eq!(Said::read(&said.to_string()), Some(said));
        }
        for nothing in ["", "mark", "memory 1 name", "runs", "runs x", "other 1"] {
            assert_eq!(Said::read(nothing), None, "{nothing}");
        }
    }
}
