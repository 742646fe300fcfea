//! Waiting for several things at once.

use std::fmt;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use crate::error::WaitError;
use crate::sys::epoll::Epoll;
use crate::sys::poll;

/// Waits until something is ready, or until the timeout; gives the places in `things` of all that are.
///
/// Children and sentinels are ready when the process has ended; any other descriptor, when it can be read, when its
/// other end is closed, or when it is in error. A child that has been joined is ready still. Without a timeout it waits
/// until something is ready; after one, the answer may be empty. A signal does not cut the wait short.
///
/// The counterpart of Python's `multiprocessing.connection.wait`. It takes one system call, whatever the number of
/// things ([ppoll(2)](https://man7.org/linux/man-pages/man2/ppoll.2.html)), in which the kernel looks at each of them. To
/// wait for one after the other of many, use a [`WaitSet`].
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
/// Things of different types are borrowed as descriptors: `wait(&[child.as_fd(), socket.as_fd()], None)`.
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

/// Many things that are waited for again and again, until each has been ready.
///
/// The price of a wait depends on how many are ready, not on how many there are
/// ([epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html)). So n children that end one after the other take n
/// short waits, where [`wait`](fn@wait) looks at all of them each time.
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
    /// A set without anything in it. It costs one descriptor.
    ///
    /// # Errors
    ///
    /// If there is no descriptor left for it.
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

    /// Waits until something is ready, or until the timeout, and takes what is ready out of the set. What is ready is what
    /// [`wait`](fn@wait) calls so. At most 32 things come at once. An empty set is ready at once, with nothing.
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

    /// How many things are in it.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is nothing to wait for.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What is still in it.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.things.iter().flatten()
    }
}

impl<T> fmt::Debug for WaitSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitSet").field("len", &self.count).finish_non_exhaustive()
    }
}
