//! What goes out to a child, and what comes back.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::serve::Service;
use crate::error::{Panic, Refusal};
use crate::sys::alive;
use crate::sys::image::Identity;
use crate::sys::memfd::{self, Held};
use crate::wire::{self, FrameError, Kind};

/// What a child has to know. The serialized arguments follow it as the frame's body.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The build that the target's place is of. Only a program that was started for this child needs it: a copy of this
    /// process is of the same build, and a forkserver has been asked when it began.
    pub(crate) identity: Option<Identity>,
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

/// A new file to take the plan to a child and bring the outcome back. A child that knows the plan already gets an empty
/// one.
pub(crate) fn new_file() -> io::Result<File> {
    memfd::create(c"multiprocess")
}

/// Writes the plan for a child into its file.
pub(crate) fn put_plan(file: &File, plan: &Plan, arguments: &[u8]) -> io::Result<()> {
    wire::write(file, Kind::Plan, plan, arguments)
}

/// Writes what a forkserver has to know into its file.
pub(crate) fn put_service(file: &File, service: &Service) -> io::Result<()> {
    wire::write(file, Kind::Service, service, &[])
}

/// What a child is handed: the file, and the end of a pipe by which it sees whether its parent is alive.
pub(crate) struct Parcel {
    pub(crate) file: File,
    pub(crate) alive: OwnedFd,
}

impl Parcel {
    /// The parcel that this process was started with, if it was, and what its file holds. For a forkserver the
    /// descriptor is its socket.
    ///
    /// # Errors
    ///
    /// Says what is missing, if a parent handed over the file and nothing by which to see that parent.
    #[expect(unsafe_code, reason = "what a parent leaves open for its child has no other owner in the child")]
    pub(crate) fn inherit() -> Option<Result<(Kind, Parcel), &'static str>> {
        let mut kind = None;
        let is_ours = |first| {
            kind = Kind::of(first);
            kind.is_some()
        };
        // SAFETY: `init` asks once, at the start of a process; nothing in this process has made such a file before.
        let file = unsafe { memfd::inherit(is_ours) }?;
        // SAFETY: a parent that hands over the one hands over the other.
        let alive = unsafe { alive::inherit() };
        Some(
            alive
                .map(|alive| (kind.expect("it is ours"), Parcel { file, alive }))
                .ok_or("descriptor 4 is closed"),
        )
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

/// What a parent keeps of a child's file: the outcome, once there is one.
pub(crate) enum Pending {
    /// By a descriptor, which is the quickest way.
    Open { file: File, _counted: Counted },
    /// By addresses, so that a thousand children do not take two thousand descriptors.
    Held(Held),
    /// By a descriptor after all, where addresses are limited (`ulimit -v`).
    OpenUncounted(File),
}

/// How many outcomes are held by a descriptor.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// How many there may be: few beside the usual limit of 1024 descriptors.
const FEW: usize = 8;

/// One of the few.
pub(crate) struct Counted(());

impl Counted {
    fn one_more() -> Option<Counted> {
        let counted =
            OPEN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |open| (open < FEW).then_some(open + 1));
        // Made only if it counts: dropping one counts down.
        counted.is_ok().then(|| Counted(()))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

impl From<File> for Pending {
    fn from(file: File) -> Pending {
        match Counted::one_more() {
            Some(_counted) => Pending::Open { file, _counted },
            None => Held::new(&file).map_or(Pending::OpenUncounted(file), Pending::Held),
        }
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
            Pending::Open { file, .. } | Pending::OpenUncounted(file) => wire::read(file, Kind::Outcome),
        };
        match read {
            Ok((outcome, body)) => Left::Outcome(outcome, body),
            Err(FrameError::Other(_, Kind::Plan)) => Left::Plan,
            Err(FrameError::Other(_, Kind::Taken) | FrameError::Empty) => Left::Nothing,
            Err(error) => Left::Damaged(error.to_string()),
        }
    }
}
