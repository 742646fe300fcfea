//! Waiting for descriptors, with a deadline that a signal does not move.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;

use super::robust::Patience;

/// Waits until at least one descriptor is readable, closed at its other end, or in error, or until the deadline.
/// Says of each whether it is.
// ANCHOR: poll
pub(crate) fn poll(fds: &[BorrowedFd<'_>], deadline: Option<Instant>) -> io::Result<Vec<bool>> {
    let mut polled: Vec<PollFd<'_>> =
        fds.iter().map(|&fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
    poll_until(&mut polled, deadline)?;
    Ok(polled.iter().map(is_marked).collect())
}

fn poll_until(polled: &mut [PollFd<'_>], deadline: Option<Instant>) -> io::Result<()> {
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        match rustix::event::poll(polled, left.as_ref()) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(()),
        }
    }
}

fn is_marked(polled: &PollFd<'_>) -> bool {
    !polled.revents().is_empty()
}
// ANCHOR_END: poll

/// Waits like [`poll`]. Where the second value is true, room to write makes a descriptor ready, too.
pub(crate) fn poll_each(fds: &[(BorrowedFd<'_>, bool)], deadline: Option<Instant>) -> io::Result<Vec<bool>> {
    let flags = |writes| if writes { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
    let mut polled: Vec<PollFd<'_>> =
        fds.iter().map(|&(fd, writes)| PollFd::from_borrowed_fd(fd, flags(writes))).collect();
    poll_until(&mut polled, deadline)?;
    Ok(polled.iter().map(is_marked).collect())
}

/// Whether the one descriptor is ready, by the deadline.
pub(crate) fn is_ready(fd: BorrowedFd<'_>, deadline: Option<Instant>) -> io::Result<bool> {
    one(fd, PollFlags::IN, deadline)
}

/// Whether there is room to write to the descriptor, or no reader left, by the deadline.
pub(crate) fn has_room(fd: BorrowedFd<'_>, deadline: impl Into<Option<Instant>>) -> io::Result<bool> {
    one(fd, PollFlags::OUT, deadline.into())
}

/// Whether the other end is closed, or says that nothing more will come.
pub(crate) fn has_hung_up(fd: BorrowedFd<'_>) -> io::Result<bool> {
    one(fd, PollFlags::RDHUP, Some(Instant::now()))
}

/// Makes a call until it has not found that it would have to wait, or until the patience is over. The call is told whether the
/// kernel may wait in it; where the program has made the descriptor nonblocking, the kernel does not, and `ready` does.
#[inline]
pub(super) fn patiently<T>(
    patience: Patience,
    mut call: impl FnMut(bool) -> io::Result<T>,
    ready: impl Fn(Option<Instant>) -> io::Result<bool>,
) -> io::Result<T> {
    loop {
        let deadline = match (call(patience == Patience::Endless), patience) {
            (Err(error), Patience::Endless) if error.kind() == io::ErrorKind::WouldBlock => None,
            (Err(error), Patience::Until(deadline)) if error.kind() == io::ErrorKind::WouldBlock => {
                Some(deadline)
            }
            (done, _) => return done,
        };
        if !ready(deadline)? {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

/// Lets time pass where no event tells when to look again.
pub(crate) fn pause(time: Duration) {
    let _ = poll_until(&mut [], Instant::now().checked_add(time));
}

fn one(fd: BorrowedFd<'_>, events: PollFlags, deadline: Option<Instant>) -> io::Result<bool> {
    let mut polled = [PollFd::from_borrowed_fd(fd, events)];
    poll_until(&mut polled, deadline)?;
    Ok(is_marked(&polled[0]))
}

/// What ended a wait for a wake-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// The counter is not zero.
    Counter,
    /// Every other end of the pipe is closed.
    HungUp,
    /// Neither, until the deadline.
    Neither,
}

/// Waits until a counter is not zero, or until the other ends of a pipe are closed, whichever end of it this is (poll(2),
/// `POLLHUP` and `POLLERR`).
pub(crate) fn counter_or_hang_up(
    counter: BorrowedFd<'_>,
    pipe: BorrowedFd<'_>,
    deadline: Option<Instant>,
) -> io::Result<Woken> {
    let mut polled = [
        PollFd::from_borrowed_fd(counter, PollFlags::IN),
        PollFd::from_borrowed_fd(pipe, PollFlags::empty()),
    ];
    poll_until(&mut polled, deadline)?;
    Ok(match [is_marked(&polled[0]), is_marked(&polled[1])] {
        [_, true] => Woken::HungUp,
        [true, false] => Woken::Counter,
        [false, false] => Woken::Neither,
    })
}

/// Whether every other end of the pipe is closed, whichever end of it this is.
pub(crate) fn is_hung_up(pipe: BorrowedFd<'_>) -> io::Result<bool> {
    one(pipe, PollFlags::empty(), Some(Instant::now()))
}
