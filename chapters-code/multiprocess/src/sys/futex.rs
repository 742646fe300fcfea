//! Waiting until a number in shared memory changes ([futex(2)](https://man7.org/linux/man-pages/man2/futex.2.html)).

use std::io;
use std::sync::atomic::AtomicU32;
use std::time::Instant;

use rustix::io::Errno;
use rustix::thread::futex::{Flags, Timespec, wait, wake};

/// Waits while the number is `expected`, until it is woken or the deadline has come. `false` says that the deadline has come. It may
/// also return for no reason, so the caller looks again.
pub(crate) fn wait_while(number: &AtomicU32, expected: u32, deadline: Option<Instant>) -> io::Result<bool> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    if left.is_some_and(|left| left.is_zero()) {
        return Ok(false);
    }
    let left = left.and_then(|left| Timespec::try_from(left).ok());
    // Without the flag PRIVATE: the others are in other processes.
    match wait(number, Flags::empty(), expected, left.as_ref()) {
        Ok(()) | Err(Errno::AGAIN | Errno::INTR) => Ok(true),
        Err(Errno::TIMEDOUT) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Wakes one that waits.
pub(crate) fn wake_one(number: &AtomicU32) {
    // It fails for an address that is not mapped only.
    let _ = wake(number, Flags::empty(), 1);
}

/// Wakes all that wait.
pub(crate) fn wake_all(number: &AtomicU32) {
    let _ = wake(number, Flags::empty(), i32::MAX as u32);
}
