//! What a child's work came to, and the file that it goes to.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use serde::{Deserialize, Serialize};

use crate::error::{Panic, Refusal};
use crate::sys::numbers::{self, Inode, inode};
use crate::wire::file::{self, Found, Mark};

/// What a child's work came to. After [`Outcome::Returned`] the serialized result follows as the file's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Returned,
    Panicked(Panic),
    Refused(Refusal),
}

/// The file that takes the outcome, in the process that has taken up the work.
///
/// A target may close descriptors that it did not open, and open files of its own, which get their numbers.
pub(crate) struct OutcomeFile {
    file: OwnedFd,
    own: Option<Inode>,
    /// Standard error, as it was when the work was taken up.
    stderr: Option<Inode>,
}

/// Why an outcome was not written.
pub(crate) enum NotWritten {
    /// The file's descriptor is closed, or another file's.
    Gone,
    Failed(io::Error),
}

impl OutcomeFile {
    pub(crate) fn new(file: OwnedFd) -> OutcomeFile {
        OutcomeFile { own: inode(file.as_fd()), stderr: stderr(), file }
    }

    pub(crate) fn write(&self, outcome: &Outcome, body: &[u8]) -> Result<(), NotWritten> {
        if inode(self.file.as_fd()) != self.own {
            return Err(NotWritten::Gone);
        }
        file::write(self.file.as_fd(), Mark::Outcome, outcome, body).map_err(NotWritten::Failed)
    }

    /// Whether standard error is still what it was.
    pub(crate) fn has_stderr(&self) -> bool {
        stderr() == self.stderr
    }

    /// Lets go of the descriptor without closing it, because the process ends.
    pub(crate) fn abandon(self) {
        std::mem::forget(self.file);
    }
}

fn stderr() -> Option<Inode> {
    numbers::standard(2).and_then(inode)
}

/// What a child left behind when it ended.
pub(crate) enum Left {
    /// The work, not taken up.
    Work,
    /// Nothing, though the work had been taken up.
    Nothing,
    Outcome(Outcome, Vec<u8>),
    Damaged(String),
}

/// What the child, which has ended, left in its file.
pub(crate) fn left(file: BorrowedFd<'_>) -> Left {
    match file::read(file, Mark::Outcome) {
        Ok(Found::Whole(outcome, body)) => Left::Outcome(outcome, body),
        Ok(Found::Work) => Left::Work,
        Ok(Found::Nothing) => Left::Nothing,
        Ok(Found::Damaged(reason)) => Left::Damaged(reason),
        Err(error) => Left::Damaged(error.to_string()),
    }
}
