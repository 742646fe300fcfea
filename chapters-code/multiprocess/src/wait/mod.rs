//! Who collects a child that has ended, and when; and waiting for several things at once.
//!
//! A child that has ended stays in the process table, a zombie, until its parent collects it. Nothing outside this
//! module does. Each started child is one [`Watched`], known to the handle that the program holds and to the
//! [`CHILDREN`] of this process. It is collected by whoever waits for it, or, when its handle has been dropped, by
//! the next start or drop that comes after its end. Dropping a handle never waits.
//!
//! A forkserver's children are the server's to collect. Each is watched by its pidfd like any other, and how it ended is
//! asked of the server; see [`Reporter`].

pub(crate) mod at_exit;

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::error::ExitStatus;
use crate::sys::child::{self, Block, Waited};
use crate::sys::poll;

/// How a child ended, as far as anybody can still tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    With(ExitStatus),
    /// Its status went to somebody else.
    Lost,
}

/// Who knows how another process's children ended.
pub(crate) trait Reporter: Send + Sync {
    /// How the child of that number, which has ended, did so. Its answer is given once.
    ///
    /// With `wait` it waits for the report, which is on its way; without, `None` says that it has not come yet.
    fn ended(&self, id: u64, pidfd: BorrowedFd<'_>, wait: bool) -> Option<Ended>;

    /// Called when this process exits, after its children have ended.
    fn finish(&self);

    /// Called in a forked child, whose copy of this is its parent's.
    fn forget(&self);
}

/// Who collects a child.
pub(crate) enum Collector {
    /// This process.
    Own,
    /// Another one, that reports the child by this number.
    Other(Arc<dyn Reporter>, u64),
}

/// A child that has not been collected when it is made, and is once `ended` says how it ended.
pub(crate) struct Watched {
    pub(crate) name: String,
    pub(crate) pid: u32,
    pub(crate) daemon: bool,
    pidfd: OwnedFd,
    collector: Collector,
    ended: Mutex<Option<Ended>>,
}

/// The children that have not been collected. A `static`, because a child can outlive every value that knows of it:
/// its zombie has to be somebody's, and at exit daemons are ended and the others joined.
static CHILDREN: Mutex<Vec<Arc<Watched>>> = Mutex::new(Vec::new());

/// Those who collect for this process: at exit they are told that it was all.
static REPORTERS: Mutex<Vec<Arc<dyn Reporter>>> = Mutex::new(Vec::new());

impl Watched {
    /// Begins to watch a child.
    pub(crate) fn new(
        name: String,
        pid: u32,
        daemon: bool,
        pidfd: OwnedFd,
        collector: Collector,
    ) -> Arc<Watched> {
        let watched = Arc::new(Watched { name, pid, daemon, pidfd, collector, ended: Mutex::new(None) });
        lock(&CHILDREN).push(Arc::clone(&watched));
        watched
    }

    /// Waits until the child has ended or the deadline has come; `None` if it is still running then. A signal does not
    /// cut the wait short.
    ///
    /// It waits without collecting and without a lock, so that several threads, and the exit of the program, can wait
    /// for one child. Then one of them collects it, by a call that may block for a moment: under a debugger a child
    /// that has ended is not at once its parent's to collect.
    // ANCHOR: wait
    pub(crate) fn wait(&self, deadline: Option<Instant>) -> io::Result<Option<Ended>> {
        if let Some(ended) = *lock(&self.ended) {
            return Ok(Some(ended));
        }
        if !poll::is_ready(self.as_fd(), deadline)? {
            return Ok(None);
        }
        self.collect(true)
    }
    // ANCHOR_END: wait

    /// Collects the child if it has ended and that can be done now.
    pub(crate) fn collect_if_ended(&self) {
        if lock(&self.ended).is_none() && self.has_ended() {
            // What cannot be collected now is tried again by the next start.
            let _ = self.collect(false);
        }
    }

    // ANCHOR: collect
    fn collect(&self, wait: bool) -> io::Result<Option<Ended>> {
        let mut ended = lock(&self.ended);
        if ended.is_some() {
            // Another thread was first.
            return Ok(*ended);
        }
        let found = match &self.collector {
            Collector::Own => match child::wait(self.as_fd(), Block::Yes)? {
                Waited::Running => None,
                Waited::Ended(status) => Some(Ended::With(status)),
                Waited::Collected => Some(Ended::Lost),
            },
            Collector::Other(reporter, id) => reporter.ended(*id, self.as_fd(), wait),
        };
        let Some(found) = found else { return Ok(None) };
        *ended = Some(found);
        drop(ended);
        lock(&CHILDREN).retain(|known| !std::ptr::eq(&**known, self));
        Ok(Some(found))
    }
    // ANCHOR_END: collect

    /// Sends a signal, unless the child has been collected: then there is nobody to send it to.
    pub(crate) fn signal(&self, signal: i32) -> io::Result<()> {
        if lock(&self.ended).is_none() {
            child::signal(self.as_fd(), signal)?;
        }
        Ok(())
    }

    fn has_ended(&self) -> bool {
        matches!(poll::is_ready(self.as_fd(), Some(Instant::now())), Ok(true))
    }
}

impl AsFd for Watched {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

/// The children that have not ended, in the order they were started.
pub(crate) fn running() -> Vec<Arc<Watched>> {
    let mut children = lock(&CHILDREN).clone();
    children.retain(|child| !child.has_ended());
    children
}

/// Collects the children that nobody holds any more and that have ended.
pub(crate) fn collect_let_go() {
    let let_go: Vec<_> = {
        let children = lock(&CHILDREN);
        // One is held by the list, so nobody else can begin to hold it meanwhile.
        children.iter().filter(|child| Arc::strong_count(child) == 1).cloned().collect()
    };
    for child in let_go {
        child.collect_if_ended();
    }
}

/// From now on there is somebody who collects for this process.
pub(crate) fn add_reporter(reporter: Arc<dyn Reporter>) {
    lock(&REPORTERS).push(reporter);
}

/// There is one less, who has ended.
pub(crate) fn remove_reporter(reporter: &Arc<dyn Reporter>) {
    lock(&REPORTERS).retain(|known| !Arc::ptr_eq(known, reporter));
}

/// Forgets all children: they are the parent's, and this process is a forked copy of it.
pub(crate) fn forget_all() {
    lock(&CHILDREN).clear();
    for reporter in std::mem::take(&mut *lock(&REPORTERS)) {
        reporter.forget();
    }
}

/// A lock that a panic elsewhere does not poison: every change under it is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
