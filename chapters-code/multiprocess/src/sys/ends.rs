//! The ends of pipes and sockets that mean something by being open: who waits for the end of a pipe waits for the last of its
//! other ends. A forked child has copies of all that its parent has, and must not keep them.

use std::collections::BTreeMap;
use std::io;
use std::ops::Deref;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::numbers::{Inode, inode, replace};

/// Those of this process, by their numbers. What has noted one may have closed it, and the number may be another file's by
/// now. A number that is used again replaces what was noted for it.
static ENDS: Mutex<BTreeMap<RawFd, Option<Inode>>> = Mutex::new(BTreeMap::new());

fn ends() -> MutexGuard<'static, BTreeMap<RawFd, Option<Inode>>> {
    ENDS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes an end that belongs to this process only.
pub(crate) fn note(end: BorrowedFd<'_>) {
    ends().insert(end.as_raw_fd(), inode(end));
}

/// In a forked child: replaces its copies of its parent's ends, but for those that it was handed. The numbers have owners in the
/// memory that was copied, so each becomes one of the file `by`.
///
/// The list is its parent's, and free: a process with several threads is not forked.
pub(crate) fn let_go(kept: &[OwnedFd], by: BorrowedFd<'_>) -> io::Result<()> {
    let is_kept = |number| kept.iter().any(|fd| fd.as_raw_fd() == number);
    for (number, inode) in std::mem::take(&mut *ends()) {
        if !is_kept(number) {
            replace(number, inode, by)?;
        }
    }
    Ok(())
}

/// Descriptors that are noted for as long as they are open.
#[derive(Debug, Default)]
pub(crate) struct Ends(Vec<OwnedFd>);

impl Ends {
    pub(crate) fn new(fds: Vec<OwnedFd>) -> Ends {
        fds.iter().for_each(|fd| note(fd.as_fd()));
        Ends(fds)
    }
}

impl Deref for Ends {
    type Target = [OwnedFd];

    fn deref(&self) -> &[OwnedFd] {
        &self.0
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        let mut ends = ends();
        for fd in &self.0 {
            ends.remove(&fd.as_raw_fd());
        }
    }
}

/// One such descriptor.
#[derive(Debug)]
pub(crate) struct End(Ends);

impl End {
    pub(crate) fn new(fd: OwnedFd) -> End {
        End(Ends::new(vec![fd]))
    }
}

impl AsFd for End {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0[0].as_fd()
    }
}
