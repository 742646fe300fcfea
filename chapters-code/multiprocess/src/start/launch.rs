//! What a start method is given, and what it gives.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Instant;

use rustix::io::pread;

use crate::bootstrap::{Handouts, Me, Plan};
use crate::error::StartError;
use crate::method::Kind;
use crate::sys::child::{self, Handle};
use crate::sys::function::Callable;
use crate::sys::{memfd, poll};
use crate::wait::Collector;

/// What a start method is given.
pub(crate) struct Launch<'a> {
    pub(crate) me: &'static Me,
    pub(crate) handouts: &'static Handouts,
    pub(crate) plan: &'a Plan,
    pub(crate) target: &'static Callable,
    pub(crate) arguments: &'a [u8],
    /// The descriptors that the arguments hold.
    pub(crate) carried: &'a [OwnedFd],
    /// The child's standard input, output and error, if it is to have them.
    pub(crate) streams: [Option<BorrowedFd<'a>>; 3],
    /// Its working folder, if it is another one than this process's.
    pub(crate) folder: Option<BorrowedFd<'a>>,
}

/// A child on its way.
pub(crate) struct Launched {
    pub(crate) handle: Handle,
    /// Brings what comes of its work.
    pub(crate) file: OwnedFd,
    pub(crate) collector: Collector,
}

impl Launch<'_> {
    /// Makes the calls that the join will make, and some that the child will, on the file that the two share. A sandbox that
    /// refuses one of them does so now, and not when the work is done.
    pub(super) fn try_the_join(&self, file: BorrowedFd<'_>) -> Result<(), StartError> {
        poll::is_ready(file, Some(Instant::now())).map_err(self.failed("ppoll, to wait for it"))?;
        if self.plan.method != Kind::Forkserver {
            child::try_to_wait(file).map_err(self.failed("waitid, to collect it"))?;
        }
        pread(file, &mut [0], 0).map_err(self.failed("pread64, to read what it returns"))?;
        memfd::expect_one(file).map_err(self.failed("F_GET_SEALS, to know its file"))
    }

    /// The error of a step that failed.
    pub(super) fn failed<E: Into<io::Error>>(&self, step: &'static str) -> impl FnOnce(E) -> StartError {
        failed(&self.plan.name, step)
    }
}

/// The error of a step that failed, in the start of the process of that name.
pub(super) fn failed<E: Into<io::Error>>(process: &str, step: &'static str) -> impl FnOnce(E) -> StartError {
    move |source| StartError::System { process: process.to_owned(), step, source: source.into() }
}
