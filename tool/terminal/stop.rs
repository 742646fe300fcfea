//! Ctrl-C and its like, as something that a run can be stopped by.

use std::os::fd::{AsFd, BorrowedFd};

use anyhow::{Context, Result};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// From its making on the signals that ask this program to end do not end it, but can be read here. A run that is under
/// way can so be ended first.
pub struct Stop(SignalFd);

impl Stop {
    /// To be called while the program has one thread: it blocks the signals in this one, and later ones inherit that.
    ///
    /// # Errors
    ///
    /// When the kernel gives no descriptor.
    pub fn new() -> Result<Stop> {
        let set: SigSet =
            [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGHUP].into_iter().collect();
        set.thread_block().context("cannot block signals")?;
        let signals =
            SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC).context("cannot listen for signals")?;
        Ok(Stop(signals))
    }

    /// Whether one of the signals has come.
    pub fn was_asked_for(&self) -> bool {
        let mut ready = [PollFd::new(self.as_fd(), PollFlags::POLLIN)];
        poll(&mut ready, PollTimeout::ZERO).is_ok_and(|count| count > 0)
    }
}

impl AsFd for Stop {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
