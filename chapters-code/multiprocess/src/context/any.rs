//! Waiting for several things at once.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::sys::poll;

/// Waits until something is ready, or until the timeout; gives the places in `things` of all that are.
///
/// Children and sentinels are ready when the process has ended; any other descriptor, when it can be read, when its
/// other end is closed, or when it is in error. A child that has been joined is ready still. Without a timeout it waits
/// for ever; after one, the answer may be empty. A signal does not cut the wait short.
///
/// The counterpart of Python's `multiprocessing.connection.wait`. It takes one system call, whatever the number of
/// things ([ppoll(2)](https://man7.org/linux/man-pages/man2/ppoll.2.html)).
///
/// # Errors
///
/// [`Error::WaitForAny`] if there are more things than this process may have open descriptors (`ulimit -n`).
///
/// # Examples
///
/// ```
/// use std::os::fd::AsFd;
///
/// use multiprocess::{Process, wait};
///
/// fn wait_for_ever() {
///     loop {
///         std::thread::park();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let slow = Process::new(wait_for_ever, ()).daemon(true).start()?;
///     let quick = Process::new(|| (), ()).start()?;
///     assert_eq!(wait(&[slow.as_fd(), quick.as_fd()], None)?, [1]);
///     Ok(())
/// }
/// ```
#[doc(alias = "poll")]
#[doc(alias = "select")]
// ANCHOR: wait
pub fn wait(things: &[BorrowedFd<'_>], timeout: Option<Duration>) -> Result<Vec<usize>> {
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let ready =
        poll::poll(things, deadline).map_err(|source| Error::WaitForAny { count: things.len(), source })?;
    Ok(ready.iter().enumerate().filter(|(_, ready)| **ready).map(|(index, _)| index).collect())
}
// ANCHOR_END: wait
