//! Waiting for many descriptors of which few become ready at a time: its price does not grow with their number
//! ([epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html)).

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

/// A set of descriptors, each with a key.
pub(crate) struct Epoll(OwnedFd);

/// How many are told of at once.
const AT_ONCE: usize = 32;

impl Epoll {
    pub(crate) fn new() -> io::Result<Epoll> {
        // SAFETY: the call makes a new descriptor.
        let fd = super::checked(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: nobody else knows it.
        Ok(Epoll(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Watches a descriptor for something to read too. It is watched until its last copy is closed.
    pub(crate) fn add(&self, fd: BorrowedFd<'_>, key: u64) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_ADD, fd, key)
    }

    /// Watches it no more.
    pub(crate) fn remove(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_DEL, fd, 0)
    }

    fn control(&self, operation: i32, fd: BorrowedFd<'_>, key: u64) -> io::Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: key };
        // SAFETY: the event is valid for the call.
        let done = unsafe { libc::epoll_ctl(self.0.as_raw_fd(), operation, fd.as_raw_fd(), &raw mut event) };
        super::checked(done).map(drop)
    }

    /// Waits until one is ready or, with a limit, for that long. The keys of those that are, not more than 32 of them.
    pub(crate) fn wait(&self, limit: Option<Duration>) -> io::Result<Vec<u64>> {
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; AT_ONCE];
        let limit =
            limit.map_or(-1, |limit| libc::c_int::try_from(limit.as_millis()).unwrap_or(libc::c_int::MAX));
        loop {
            // SAFETY: the array has that many elements.
            let got = unsafe {
                libc::epoll_wait(self.0.as_raw_fd(), events.as_mut_ptr(), AT_ONCE as libc::c_int, limit)
            };
            match super::checked(got) {
                Ok(count) => {
                    return Ok(events[..count.cast_unsigned() as usize].iter().map(|e| e.u64).collect());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
