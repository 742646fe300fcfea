//! Who collects a child that has ended, and when. Nothing outside this file reaps.
//!
//! A child that has ended stays in the process table, a zombie, until its parent collects it. Each started child is
//! one [`Watched`]; it is collected by the handle that waits for it, or, when that handle is dropped before the
//! child has ended, by whichever start or drop comes after its end. Dropping a handle never waits.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};

use crate::error::ExitStatus;
use crate::sys::child::{Block, Waited, wait};

/// How a child ended, as far as anybody can still tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    With(ExitStatus),
    /// Its status went to somebody else.
    Lost,
}

/// A child that somebody will collect.
pub(crate) struct Watched {
    pidfd: Option<OwnedFd>,
    ended: Option<Ended>,
}

/// The children nobody holds any more and that had not ended when they were let go. A `static`, because a child can
/// outlive every value that knows of it, and its zombie has to be somebody's.
static LET_GO: Mutex<Vec<OwnedFd>> = Mutex::new(Vec::new());

impl Watched {
    pub(crate) fn new(pidfd: OwnedFd) -> Watched {
        collect_let_go();
        Watched { pidfd: Some(pidfd), ended: None }
    }

    /// Waits until the child has ended, and collects it. A signal does not cut the wait short.
    pub(crate) fn wait(&mut self) -> io::Result<Ended> {
        loop {
            if let Some(ended) = self.look(Block::Yes)? {
                return Ok(ended);
            }
        }
    }

    fn look(&mut self, block: Block) -> io::Result<Option<Ended>> {
        if let Some(pidfd) = &self.pidfd {
            self.ended = match wait(pidfd, block)? {
                Waited::Running => None,
                Waited::Ended(status) => Some(Ended::With(status)),
                Waited::Collected => Some(Ended::Lost),
            };
            if self.ended.is_some() {
                self.pidfd = None;
            }
        }
        Ok(self.ended)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        collect_let_go();
        if let Ok(None) = self.look(Block::No) {
            let mut let_go = LET_GO.lock().unwrap_or_else(PoisonError::into_inner);
            let_go.extend(self.pidfd.take());
        }
    }
}

/// Collects those among the children let go that have ended since.
fn collect_let_go() {
    let mut let_go = LET_GO.lock().unwrap_or_else(PoisonError::into_inner);
    let_go.retain(|pidfd| matches!(wait(pidfd, Block::No), Ok(Waited::Running)));
}
