//! What a child's work came to, and the file that it goes to.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;

use serde::{Deserialize, Serialize};

use crate::error::{Panic, Refusal};
use crate::sys::this;
use crate::wire::file::{self, Found, Mark};

/// What a child's work came to. After [`Outcome::Returned`] the serialized result follows as the file's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Returned,
    Panicked(Panic),
    Refused(Refusal),
}

/// The file that takes the outcome, in the process that has taken up the work.
pub(crate) struct OutcomeFile {
    file: File,
    /// Device and inode: the target may close the descriptor and open a file of its own, which gets the number.
    identity: (u64, u64),
    /// The process that has taken up the work. A target may fork, and return in both processes.
    worker: u32,
}

/// Why an outcome was not written.
pub(crate) enum NotWritten {
    /// This process is a copy of the one that took up the work, and has nothing to say.
    InACopy,
    Failed(io::Error),
}

impl OutcomeFile {
    pub(crate) fn new(file: File) -> io::Result<OutcomeFile> {
        let identity = identity(&file)?;
        Ok(OutcomeFile { file, identity, worker: this::pid() })
    }

    pub(crate) fn write(&self, outcome: &Outcome, body: &[u8]) -> Result<(), NotWritten> {
        if self.worker != this::pid() {
            return Err(NotWritten::InACopy);
        }
        let write = || {
            if identity(&self.file)? != self.identity {
                return Err(io::Error::other("its descriptor has been closed, and is another file's now"));
            }
            file::write(&self.file, Mark::Outcome, outcome, body)
        };
        write().map_err(NotWritten::Failed)
    }

    /// Lets go of the descriptor without closing it: in a copy, or when the process ends anyway.
    pub(crate) fn abandon(self) {
        std::mem::forget(self.file);
    }
}

fn identity(file: &File) -> io::Result<(u64, u64)> {
    let metadata = file.metadata()?;
    Ok((metadata.dev(), metadata.ino()))
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
pub(crate) fn left(file: &File) -> Left {
    match file::read(file, Mark::Outcome) {
        Ok(Found::Whole(outcome, body)) => Left::Outcome(outcome, body),
        Ok(Found::Work) => Left::Work,
        Ok(Found::Nothing) => Left::Nothing,
        Ok(Found::Damaged(reason)) => Left::Damaged(reason),
        Err(error) => Left::Damaged(error.to_string()),
    }
}
