//! A flag to wait for.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::carry;
use crate::error::CreateError;
use crate::sys::{eventfd, poll};

/// A flag that is set or not, and that threads and processes wait for.
///
/// [`set`](Event::set) lets all go on that wait, and all that come later, until [`clear`](Event::clear). A new event is not set.
/// The counterpart of Python's `multiprocessing.Event`.
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::sync::Event;
///
/// fn work(stop: Event) -> u32 {
///     let mut rounds = 0;
///     while !stop.wait_timeout(std::time::Duration::from_millis(1)) {
///         rounds += 1;
///     }
///     rounds
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let stop = Event::new()?;
///     let mut worker = Process::new(work, (stop.clone(),)).start()?;
///     stop.set();
///     println!("{} rounds", worker.join()?);
///     Ok(())
/// }
/// ```
///
/// # Beside other things
///
/// An event is a descriptor that is readable while it is set. So [`wait`](fn@crate::wait) and [`WaitSet`](crate::WaitSet) take it
/// beside children, and tokio's `AsyncFd` takes it, too. Do not read from the descriptor: that would clear the event.
///
/// ```
/// use std::os::fd::AsFd;
///
/// use multiprocess::sync::Event;
/// use multiprocess::{Process, wait};
///
/// fn set(event: Event) {
///     event.set();
///     std::thread::park();
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let event = Event::new()?;
///     let child = Process::new(set, (event.clone(),)).daemon(true).start()?;
///     assert_eq!(wait(&[child.as_fd(), event.as_fd()], None)?, [1]);
///     Ok(())
/// }
/// ```
///
/// # When a process is killed
///
/// The kernel keeps the flag ([eventfd(2)](https://man7.org/linux/man-pages/man2/eventfd.2.html)), and no process is in the way of
/// another. An event that a process was to set, and that it was killed before setting, stays clear: wait for the process, too.
#[derive(Clone)]
pub struct Event {
    counter: Arc<OwnedFd>,
}

impl Event {
    /// An event that is not set. It takes one descriptor in each process that has a handle, and no shared memory.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor for it.
    pub fn new() -> Result<Event, CreateError> {
        let made = eventfd::create(0);
        let counter = made.map_err(CreateError::at("an event", "making its descriptor"))?;
        Ok(Event { counter: Arc::new(counter) })
    }

    /// Sets the flag, and lets all go on that wait.
    ///
    /// What this thread did before happens before what the others do after their wait.
    ///
    /// # Panics
    ///
    /// If the operating system refuses to write to the descriptor, which a sandbox can do.
    pub fn set(&self) {
        eventfd::add(self.as_fd()).expect("an event's descriptor can be written to");
    }

    /// Takes the flag back. Later waits wait again.
    ///
    /// # Panics
    ///
    /// If the operating system refuses to read from the descriptor, which a sandbox can do.
    pub fn clear(&self) {
        eventfd::take(self.as_fd()).expect("an event's descriptor can be read from");
    }

    /// Whether the flag is set now.
    ///
    /// # Panics
    ///
    /// As [`wait`](Event::wait).
    pub fn is_set(&self) -> bool {
        self.wait_until(Some(Instant::now()))
    }

    /// Waits until the flag is set.
    ///
    /// A flag that is set and cleared at once may be missed by those who wait.
    ///
    /// # Panics
    ///
    /// If the operating system refuses to wait for the descriptor, which a sandbox can do.
    pub fn wait(&self) {
        self.wait_until(None);
    }

    /// Waits until the flag is set, at most that long. Returns whether it is set.
    ///
    /// The wait ends within a millisecond of the time limit on an idle machine. Signals and changes of the wall clock do not matter.
    ///
    /// # Panics
    ///
    /// As [`wait`](Event::wait).
    #[must_use = "it says whether the event is set"]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.wait_until(Instant::now().checked_add(timeout))
    }

    fn wait_until(&self, deadline: Option<Instant>) -> bool {
        poll::is_ready(self.as_fd(), deadline).expect("an event's descriptor can be waited for")
    }
}

impl AsFd for Event {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.counter.as_fd()
    }
}

impl AsRawFd for Event {
    fn as_raw_fd(&self) -> RawFd {
        self.counter.as_raw_fd()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("set", &self.is_set()).finish_non_exhaustive()
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        carry::write(self.as_fd(), serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Event, D::Error> {
        carry::read(deserializer, |counter| {
            // A read from a pipe or a file would take something else than a flag.
            if eventfd::is_one(counter.as_fd()) {
                Ok(Event { counter: Arc::new(counter) })
            } else {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the descriptor is not an event's"))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::sync::Lock;
    use crate::wire::carried::{reading, writing};
    use crate::wire::{decode, encode};

    #[test]
    fn it_is_set_until_it_is_cleared_however_often_it_was_set() {
        let event = Event::new().expect("a number is free");
        assert!(!event.is_set());
        event.set();
        event.set();
        assert!(event.is_set() && event.wait_timeout(Duration::ZERO));
        event.wait();
        event.clear();
        assert!(!event.is_set());
        event.clear();
        event.set();
        assert!(event.is_set());
    }

    #[test]
    fn all_that_wait_go_on() {
        let event = Event::new().expect("a number is free");
        let (bytes, descriptors) = writing(|| encode(&event).expect("it can be written"));
        let other: Event = reading(descriptors, || decode(&bytes)).expect("it can be read");
        thread::scope(|scope| {
            let waiting: Vec<_> =
                (0..3).map(|_| scope.spawn(|| event.wait_timeout(Duration::from_secs(30)))).collect();
            other.set();
            assert!(waiting.into_iter().all(|thread| thread.join().expect("it does not panic")));
        });
    }

    #[test]
    fn the_wait_ends_at_its_time_limit() {
        let event = Event::new().expect("a number is free");
        let begun = Instant::now();
        assert!(!event.wait_timeout(Duration::from_millis(20)));
        assert!(begun.elapsed() >= Duration::from_millis(20));
    }

    #[test]
    fn another_descriptor_is_not_taken_for_an_event() {
        let lock = Lock::new().expect("there is memory");
        let (bytes, descriptors) = writing(|| encode(&lock).expect("it can be written"));
        let other: Result<Event, _> = reading(descriptors, || decode(&bytes));
        assert!(other.is_err());
    }
}
