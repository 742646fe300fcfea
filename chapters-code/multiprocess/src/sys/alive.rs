//! How a child notices that its parent is gone: a pipe whose writing end only the parent holds.
//!
//! When the parent ends, however it ends, the kernel closes that end. The child can look (`poll` tells of the hang-up)
//! or be told: `F_SETSIG` makes the kernel send a signal of our choice, and SIGKILL is one that cannot be missed.
//! No thread waits for it on either side. `PR_SET_PDEATHSIG` would be simpler and wrong: it tells when the *thread*
//! that started the child ends.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;

use rustix::fs::{Mode, OFlags, fcntl_setfl};
use rustix::process::{Signal, getpid, kill_process};

/// fcntl(2)'s command, which no crate has, as none has `F_SETOWN`; its number in the kernel's generic `fcntl.h`.
const F_SETSIG: libc::c_int = 10;

/// Both ends, in the parent.
pub(crate) struct Pipe {
    /// What children are given.
    pub(crate) watching: OwnedFd,
    held: OwnedFd,
}

impl Pipe {
    pub(crate) fn new() -> io::Result<Pipe> {
        let (watching, held) = io::pipe()?;
        // A child that is another user's by then opens it anew. Other users' processes cannot find it.
        rustix::fs::fchmod(&watching, Mode::RUSR | Mode::RGRP | Mode::ROTH)?;
        Ok(Pipe {
            watching: super::numbers::beyond_reserved(watching.into())?,
            held: super::numbers::beyond_reserved(held.into())?,
        })
    }
}

impl Pipe {
    /// The view of its parent that a forked child has with its copies of both ends. The writing end is closed: with it
    /// open the parent would seem alive as long as the child is.
    ///
    /// # Safety
    /// To be called once, in a forked child, which must not use this pipe, its parent's, in any other way.
    pub(crate) unsafe fn seen_by_forked_child(&self) -> OwnedFd {
        // SAFETY: by the caller's promise the copies have no other owner in this process.
        unsafe {
            super::numbers::close(OwnedFd::from_raw_fd(self.held.as_raw_fd()));
            OwnedFd::from_raw_fd(self.watching.as_raw_fd())
        }
    }
}

/// The child's view of its parent.
pub(crate) struct Parent(OwnedFd);

impl Parent {
    /// Looks at the parent through the end that was handed down; with `die_with`, has this process killed when the
    /// parent ends, or at once if it has ended already.
    pub(crate) fn watch(handed_down: OwnedFd, die_with: bool) -> io::Result<Parent> {
        if !die_with {
            return Ok(Parent(handed_down));
        }
        // ANCHOR: anew
        // Opened anew: what `F_SETSIG` sets belongs to the open file, which all children of the parent share.
        let path = format!("/proc/self/fd/{}", handed_down.as_raw_fd());
        let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
        let parent = Parent(super::numbers::beyond_reserved(file.into())?);
        parent.die_with()?;
        // ANCHOR_END: anew
        Ok(parent)
    }

    pub(crate) fn is_alive(&self) -> bool {
        let now = std::time::Instant::now();
        matches!(super::poll::is_ready(self.0.as_fd(), Some(now)), Ok(false))
    }

    /// Has this process killed when its parent ends, or at once if the parent has ended already.
    // ANCHOR: die_with
    fn die_with(&self) -> io::Result<()> {
        let (fd, own) = (self.0.as_raw_fd(), getpid());
        // SAFETY: the calls set properties of a file that we own.
        unsafe {
            super::checked(libc::fcntl(fd, F_SETSIG, libc::SIGKILL))?;
            super::checked(libc::fcntl(fd, libc::F_SETOWN, own.as_raw_nonzero()))?;
        }
        fcntl_setfl(&self.0, OFlags::NONBLOCK | OFlags::ASYNC)?;
        if !self.is_alive() {
            kill_process(own, Signal::KILL)?;
        }
        Ok(())
    }
    // ANCHOR_END: die_with

    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
