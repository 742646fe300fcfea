//! What goes out to a child, and what comes back.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use serde::{Deserialize, Serialize};

use crate::error::{Panic, Refusal};
use crate::sys::alive;
use crate::sys::image::Identity;
use crate::sys::memfd::{self, Held};
use crate::wire::{self, FrameError, Kind};

/// What a child has to know. The serialized arguments follow it as the frame's body.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) identity: Identity,
    /// Where the executable holds the target's descriptor.
    pub(crate) target_offset: u64,
    /// The target's type name, to be compared with what is found there.
    pub(crate) target: String,
    pub(crate) name: String,
    pub(crate) daemon: bool,
    /// The name of the start method.
    pub(crate) method: String,
    /// How many processes each ancestor had started when it started the next one; the last number is this child's.
    pub(crate) lineage: Vec<u32>,
    pub(crate) parent: ParentName,
    pub(crate) authkey: [u8; 32],
}

/// Who started a process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ParentName {
    pub(crate) pid: u32,
    pub(crate) name: String,
}

/// What a child's work came to. After [`Outcome::Returned`] the serialized result follows as the frame's body.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Returned,
    Panicked(Panic),
    Refused(Refusal),
}

/// The file that takes the plan to a child and brings the outcome back, and the end of a pipe by which the child
/// sees whether its parent is alive.
pub(crate) struct Parcel {
    pub(crate) file: File,
    pub(crate) alive: OwnedFd,
}

impl Parcel {
    pub(crate) fn new(alive: OwnedFd) -> io::Result<Parcel> {
        Ok(Parcel { file: memfd::create(c"multiprocess")?, alive })
    }

    pub(crate) fn put_plan(&self, plan: &Plan, arguments: &[u8]) -> io::Result<()> {
        wire::write(&self.file, Kind::Plan, plan, arguments)
    }

    /// Says that the plan is known already, to a copy of the process that made it.
    pub(crate) fn mark_taken(&self) -> io::Result<()> {
        wire::mark_taken(&self.file)
    }

    /// The parcel that this process was started with, if it was.
    ///
    /// # Errors
    ///
    /// Says what is missing, if a parent handed over the file and nothing by which to see that parent.
    #[expect(unsafe_code, reason = "what a parent leaves open for its child has no other owner in the child")]
    pub(crate) fn inherit() -> Option<Result<Parcel, &'static str>> {
        // SAFETY: `init` asks once, at the start of a process; nothing in this process has made such a file before.
        let file = unsafe { memfd::inherit(|first| Kind::of(first).is_some()) }?;
        // SAFETY: a parent that hands over the one hands over the other.
        let alive = unsafe { alive::inherit() };
        Some(alive.map(|alive| Parcel { file, alive }).ok_or("descriptor 4 is closed"))
    }

    pub(crate) fn descriptors(&self) -> [BorrowedFd<'_>; 2] {
        [self.file.as_fd(), self.alive.as_fd()]
    }

    /// Takes up the work: the plan and the serialized arguments, for exactly one process. Their room is given back, so
    /// large arguments exist once from here on.
    pub(crate) fn take_plan(&self) -> Result<(Plan, Vec<u8>), NotTaken> {
        if !memfd::claim(&self.file) {
            return Err(NotTaken::ByAnother);
        }
        let read = wire::read(&self.file, Kind::Plan)?;
        wire::mark_taken(&self.file).map_err(FrameError::from)?;
        Ok(read)
    }
}

/// Why there is no work to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTaken {
    #[error("another process has taken it up")]
    ByAnother,
    #[error(transparent)]
    Unreadable(#[from] FrameError),
}

/// What a parent keeps of a parcel: the outcome, once there is one.
pub(crate) enum Pending {
    Held(Held),
    /// Where addresses are limited (`ulimit -v`), the outcome costs a descriptor.
    Open(File),
}

impl From<Parcel> for Pending {
    fn from(parcel: Parcel) -> Pending {
        Held::new(&parcel.file).map_or(Pending::Open(parcel.file), Pending::Held)
    }
}

/// What a child left behind when it ended.
pub(crate) enum Left {
    /// The plan, unread.
    Plan,
    /// Nothing, though it had taken the plan.
    Nothing,
    Outcome(Outcome, Vec<u8>),
    Damaged(String),
}

impl Pending {
    /// What the child, which has ended, left.
    pub(crate) fn left(&self) -> Left {
        let read = match self {
            Pending::Held(held) => wire::read(held, Kind::Outcome),
            Pending::Open(file) => wire::read(file, Kind::Outcome),
        };
        match read {
            Ok((outcome, body)) => Left::Outcome(outcome, body),
            Err(FrameError::Other(_, Kind::Plan)) => Left::Plan,
            Err(FrameError::Other(_, Kind::Taken)) => Left::Nothing,
            Err(error) => Left::Damaged(error.to_string()),
        }
    }
}
