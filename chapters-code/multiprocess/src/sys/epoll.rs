//! Waiting for many descriptors of which few become ready at a time: its price does not grow with their number
//! ([epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html)).

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::epoll::{EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

/// A set of descriptors, each with a key.
pub(crate) struct Epoll(nix::sys::epoll::Epoll);

impl AsFd for Epoll {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.0.as_fd()
    }
}

/// How many are told of at once.
const AT_ONCE: usize = 32;

impl Epoll {
    pub(crate) fn new() -> io::Result<Epoll> {
        Ok(Epoll(nix::sys::epoll::Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?))
    }

    /// Watches a descriptor for something to read too. It is watched until its last copy is closed.
    pub(crate) fn add(&self, fd: BorrowedFd<'_>, key: u64) -> io::Result<()> {
        Ok(self.0.add(fd, EpollEvent::new(EpollFlags::EPOLLIN, key))?)
    }

    /// Watches it no more.
    pub(crate) fn remove(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        Ok(self.0.delete(fd)?)
    }

    /// Waits until one is ready or until the deadline.
    pub(crate) fn wait_by(&self, deadline: Option<Instant>) -> io::Result<Vec<u64>> {
        loop {
            // The kernel counts whole milliseconds here; less would be a busy wait.
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let limit = left.map(|left| Duration::from_millis(left.as_micros().div_ceil(1000) as u64));
            let ready = self.wait(limit)?;
            if !ready.is_empty() || left.is_some_and(|left| left.is_zero()) {
                return Ok(ready);
            }
        }
    }

    /// Waits until one is ready or, with a limit, for that long. The keys of those that are, not more than 32 of them.
    pub(crate) fn wait(&self, limit: Option<Duration>) -> io::Result<Vec<u64>> {
        let mut events = [EpollEvent::empty(); AT_ONCE];
        let limit = limit.map_or(EpollTimeout::NONE, |limit| limit.try_into().unwrap_or(EpollTimeout::MAX));
        loop {
            match self.0.wait(&mut events, limit) {
                Ok(count) => return Ok(events[..count].iter().map(EpollEvent::data).collect()),
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
