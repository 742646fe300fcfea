//! What goes out to a child, and what comes back.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use serde::{Deserialize, Serialize};

use crate::error::{Panic, Refusal};
use crate::sys::image::Identity;
use crate::sys::memfd;
use crate::wire::{self, FrameError};

/// What a child has to know. The serialized arguments follow it as the frame's body.
#[derive(Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) identity: Identity,
    /// Where the executable holds the target's descriptor.
    pub(crate) target_offset: u64,
    /// The target's type name, to be compared with what is found there.
    pub(crate) target: String,
    pub(crate) name: String,
    /// How many processes each ancestor had started when it started the next one; the last number is this child's.
    pub(crate) lineage: Vec<u32>,
    pub(crate) parent: Parent,
    pub(crate) authkey: [u8; 32],
}

/// Who started a process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Parent {
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

/// The two files that a process and its child share: one takes the plan there, one brings the outcome back.
pub(crate) struct Ends {
    pub(crate) plan: File,
    pub(crate) result: File,
}

impl Ends {
    /// Two new files, the first holding the plan.
    pub(crate) fn new(plan: &Plan, arguments: &[u8]) -> std::io::Result<Ends> {
        let mut ends = Ends {
            plan: memfd::create(c"multiprocess plan")?,
            result: memfd::create(c"multiprocess result")?,
        };
        wire::write(&mut ends.plan, plan, arguments)?;
        Ok(ends)
    }

    /// The two files that this process was started with, if the variable names them.
    #[expect(unsafe_code, reason = "what a parent leaves open for its child has no other owner in the child")]
    pub(crate) fn inherit(variable: &OsStr) -> Option<Ends> {
        let (plan, result) = variable.to_str()?.split_once(',')?;
        let (plan, result) = (plan.parse().ok()?, result.parse().ok()?);
        if plan == result {
            return None;
        }
        // SAFETY: `init` asks once, at the start of a process; the numbers are those that the parent kept open.
        unsafe { Some(Ends { plan: memfd::inherit(plan)?, result: memfd::inherit(result)? }) }
    }

    /// The text for the variable that tells a child which descriptors to take.
    pub(crate) fn variable(&self) -> OsString {
        format!("{},{}", self.plan.as_raw_fd(), self.result.as_raw_fd()).into()
    }

    pub(crate) fn descriptors(&self) -> [BorrowedFd<'_>; 2] {
        [self.plan.as_fd(), self.result.as_fd()]
    }

    /// Takes up the work; `true` for exactly one process.
    pub(crate) fn claim(&self) -> bool {
        memfd::claim(&self.plan)
    }

    /// Whether a process has taken up the work.
    pub(crate) fn is_claimed(&self) -> bool {
        memfd::is_claimed(self.plan.as_fd())
    }

    /// The plan and the serialized arguments, which are released: large arguments exist once from here on.
    pub(crate) fn read(&mut self) -> Result<(Plan, Vec<u8>), FrameError> {
        let read = wire::read(&mut self.plan)?;
        self.plan.set_len(0)?;
        Ok(read)
    }

    /// The outcome and the serialized result; `None` if the child wrote none.
    pub(crate) fn outcome(&mut self) -> Result<Option<(Outcome, Vec<u8>)>, FrameError> {
        match wire::read(&mut self.result) {
            Err(FrameError::Empty) => Ok(None),
            read => read.map(Some),
        }
    }
}
