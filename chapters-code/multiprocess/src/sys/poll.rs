//! Waiting for descriptors, with a deadline that a signal does not move.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};

/// Waits until at least one descriptor is readable, closed at its other end, or in error, or until the deadline.
/// Says of each whether it is.
// ANCHOR: poll
pub(crate) fn poll(fds: &[BorrowedFd<'_>], deadline: Option<Instant>) -> io::Result<Vec<bool>> {
    let mut polled: Vec<libc::pollfd> =
        fds.iter().map(|fd| libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 }).collect();
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match poll_once(&mut polled, left) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(polled.iter().map(|polled| polled.revents != 0).collect()),
        }
    }
}
// ANCHOR_END: poll

/// Whether the one descriptor is ready, by the deadline.
pub(crate) fn is_ready(fd: BorrowedFd<'_>, deadline: Option<Instant>) -> io::Result<bool> {
    Ok(poll(&[fd], deadline)? == [true])
}

/// Whether there is room to write to the descriptor, or nobody to read from it, by the deadline.
pub(crate) fn has_room(fd: BorrowedFd<'_>, deadline: Instant) -> io::Result<bool> {
    one(fd, libc::POLLOUT, deadline)
}

/// Waits until a pidfd says that its process has ended and been collected, which kernels tell since 6.9; `false` if the
/// deadline comes first.
pub(crate) fn is_collected(pidfd: BorrowedFd<'_>, deadline: Instant) -> io::Result<bool> {
    one(pidfd, 0, deadline)
}

fn one(fd: BorrowedFd<'_>, events: libc::c_short, deadline: Instant) -> io::Result<bool> {
    let mut polled = [libc::pollfd { fd: fd.as_raw_fd(), events, revents: 0 }];
    loop {
        match poll_once(&mut polled, Some(deadline.saturating_duration_since(Instant::now()))) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(polled[0].revents != 0),
        }
    }
}

fn poll_once(polled: &mut [libc::pollfd], left: Option<Duration>) -> io::Result<()> {
    let timeout = left.map(|left| libc::timespec {
        tv_sec: libc::time_t::try_from(left.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: libc::c_long::from(left.subsec_nanos().cast_signed()),
    });
    let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let count = libc::nfds_t::try_from(polled.len()).map_err(io::Error::other)?;
    // SAFETY: the array has `count` elements; the timeout is null or valid; the mask is null, which leaves it alone.
    super::checked(unsafe { libc::ppoll(polled.as_mut_ptr(), count, timeout, std::ptr::null()) })?;
    Ok(())
}
