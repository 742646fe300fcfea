//! Waiting for several things at once.

use std::fmt;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use crate::error::WaitError;
use crate::sys::epoll::Epoll;
use crate::sys::poll;

/// Waits until at least one thing is ready, and returns the places in `things` of all that are.
///
/// A child and a sentinel are ready when the process has ended. A child that has been joined stays ready. Any other descriptor
/// is ready when it can be read, when its other end is closed, or when it is in error. With a timeout, the answer may be empty.
/// A signal does not shorten the wait.
///
/// The wait takes one system call ([ppoll(2)](https://man7.org/linux/man-pages/man2/ppoll.2.html)), in which the kernel looks
/// at each of the things. To wait for many things one after the other, use a [`WaitSet`]. The counterpart of Python's
/// `multiprocessing.connection.wait`.
///
/// # Errors
///
/// [`WaitError`] if there are more things than this process may have open descriptors (`ulimit -n`).
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, wait};
///
/// fn wait_forever() {
///     loop {
///         std::thread::park();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let slow = Process::new(wait_forever, ()).daemon(true).start()?;
///     let quick = Process::new(|| (), ()).start()?;
///     assert_eq!(wait(&[slow, quick], None)?, [1]);
///     Ok(())
/// }
/// ```
///
/// To wait for things of different types, borrow their descriptors: `wait(&[child.as_fd(), socket.as_fd()], None)`.
#[doc(alias = "poll")]
#[doc(alias = "select")]
// ANCHOR: wait
pub fn wait(things: &[impl AsFd], timeout: Option<Duration>) -> Result<Vec<usize>, WaitError> {
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let fds: Vec<_> = things.iter().map(AsFd::as_fd).collect();
    let ready = poll::poll(&fds, deadline).map_err(|source| WaitError { count: fds.len(), source })?;
    Ok(ready.iter().enumerate().filter(|(_, ready)| **ready).map(|(index, _)| index).collect())
}
// ANCHOR_END: wait

/// A set of things to wait for, from which each thing is taken when it is ready.
///
/// The cost of a wait depends on how many things are ready, and not on how many the set holds
/// ([epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html)). So 1000 children that end one after the other take 1000
/// short waits. [`wait`](fn@wait) looks at all of them each time. Python's counterpart is a selector with sentinels in it.
///
/// ```
/// use multiprocess::{Process, WaitSet};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let mut children = WaitSet::new()?;
///     for n in 0..4 {
///         children.insert(Process::new(|n: u32| n * n, (n,)).start()?)?;
///     }
///     let mut squares = Vec::new();
///     while !children.is_empty() {
///         for mut child in children.wait(None)? {
///             squares.push(child.join()?);
///         }
///     }
///     squares.sort();
///     assert_eq!(squares, [0, 1, 4, 9]);
///     Ok(())
/// }
/// ```
pub struct WaitSet<T> {
    epoll: Epoll,
    /// By the keys that the kernel was told.
    things: Vec<Option<T>>,
    count: usize,
}

impl<T: AsFd> WaitSet<T> {
    /// An empty set. It costs one descriptor.
    ///
    /// # Errors
    ///
    /// If the process has used up its descriptors.
    pub fn new() -> Result<WaitSet<T>, WaitError> {
        let epoll = Epoll::new().map_err(|source| WaitError { count: 0, source })?;
        Ok(WaitSet { epoll, things: Vec::new(), count: 0 })
    }

    /// Adds something to wait for.
    ///
    /// # Errors
    ///
    /// If the kernel cannot wait for it, as for a file on a disk.
    pub fn insert(&mut self, thing: T) -> Result<(), WaitError> {
        let key = self.things.iter().position(Option::is_none).unwrap_or(self.things.len());
        let added = self.epoll.add(thing.as_fd(), key as u64);
        added.map_err(|source| WaitError { count: self.count + 1, source })?;
        if key == self.things.len() {
            self.things.push(None);
        }
        self.things[key] = Some(thing);
        self.count += 1;
        Ok(())
    }

    /// Waits until something is ready or the timeout is over, and takes what is ready out of the set.
    ///
    /// *Ready* means the same as for [`wait`](fn@wait). One call returns at most 32 things. For an empty set it returns at once,
    /// with nothing.
    ///
    /// # Errors
    ///
    /// If the operating system refuses to wait.
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<Vec<T>, WaitError> {
        if self.count == 0 {
            return Ok(Vec::new());
        }
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let ready = self.epoll.wait_by(deadline).map_err(|source| WaitError { count: self.count, source })?;
        let mut taken = Vec::with_capacity(ready.len());
        for key in ready {
            if let Some(thing) = self.things[key as usize].take() {
                // It cannot fail for what was added and is open still.
                let _ = self.epoll.remove(thing.as_fd());
                self.count -= 1;
                taken.push(thing);
            }
        }
        Ok(taken)
    }

    /// How many things the set holds.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The things that are still in the set.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.things.iter().flatten()
    }
}

impl<T> fmt::Debug for WaitSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitSet").field("len", &self.count).finish_non_exhaustive()
    }
}
