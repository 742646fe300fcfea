//! What a check says when it is not content.

use std::fmt;

use records::record::shown;
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

/// A sentence of at most so many characters is shown whole.
const LONGEST: usize = 500;

/// A sentence that may quote what a program wrote: on one line, without characters that control a terminal, and with its middle left
/// out if it has no end.
pub(crate) fn readable(sentence: &str) -> String {
    let visible = shown(sentence.as_bytes()).join(" ");
    let count = visible.chars().count();
    if count <= LONGEST {
        return visible;
    }
    let head: String = visible.chars().take(LONGEST / 2).collect();
    let tail: String = visible.chars().skip(count - LONGEST / 2).collect();
    format!("{head} … ({} characters more) … {tail}", count - LONGEST / 2 * 2)
}

/// Names as in a sentence: `A, B and C`.
pub(crate) fn list(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => "nobody".to_owned(),
    }
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
                write!(f, "what the program's processes do cannot be seen here: {why}")
            }
            Trouble::Prepare(error) => write!(f, "cannot prepare a file for the program: {error}"),
        }
    }
}

impl std::error::Error for Trouble {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_wrote_neither_floods_a_sentence_nor_controls_a_terminal() {
        assert_eq!(readable("It is “\x1b]0;title\x07”."), r"It is “\u{1b}]0;title\u{7}”.");
        let long = readable(&format!("It has to be “one”; it is “{}”, and no more.", "x".repeat(60_000)));
        assert!(
            long.starts_with("It has to be “one”; it is “xxx") && long.ends_with("x”, and no more."),
            "{long}"
        );
        assert!(long.contains(" characters more) ") && long.chars().count() < LONGEST + 50, "{long}");
        assert_eq!(readable("As it is."), "As it is.");
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        let names = ["A", "B", "C"];
        for (count, expected) in [(0, "nobody"), (1, "A"), (2, "A and B"), (3, "A, B and C")] {
            assert_eq!(list(&names[..count]), expected);
        }
    }
}
