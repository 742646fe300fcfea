//! A number of permits.

mod permits;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use self::permits::Permits;
use super::carry;
use crate::error::{CreateError, LockError};
use crate::wire::carried::Descriptor;

/// A number of permits that threads and processes take and give back.
///
/// [`acquire`](Semaphore::acquire) waits until a permit is free, and takes it. Dropping the [`Permit`] gives it back. So at most
/// as many threads as there are permits do something at once, such as talking to one server. There are never more permits than at
/// first, so this is the counterpart of both `Semaphore` and `BoundedSemaphore` of Python's `multiprocessing`.
///
/// A handle can be cloned, sent to other processes as an argument or in a message, and used by threads and processes at once.
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::sync::Semaphore;
///
/// fn fetch(connections: Semaphore, page: u32) -> u32 {
///     let _permit = connections.acquire().expect("the semaphore is whole");
///     // At most two processes are here at once.
///     page * 10
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let connections = Semaphore::new(2)?;
///     let start = |page| Process::new(fetch, (connections.clone(), page)).start();
///     let children = (1..=4).map(start).collect::<Result<Vec<_>, _>>()?;
///     for (mut child, expected) in children.into_iter().zip([10, 20, 30, 40]) {
///         assert_eq!(child.join()?, expected);
///     }
///     assert_eq!(connections.available(), 2);
///     Ok(())
/// }
/// ```
///
/// # When a process is killed
///
/// Its permits are free again, and those who wait get them at once. A semaphore guards no data, so nobody is told, and no call
/// returns [`LockError::Poisoned`]. A process that is killed while it waits loses its place and nothing else.
///
/// # What is not guaranteed
///
/// Threads that wait do not get permits in the order of their arrival. A process that is stopped (SIGSTOP) keeps its permits. If it
/// is stopped while it is the next one to get a permit, the others wait behind it. A permit belongs to the thread that acquired
/// it. In a process that was forked while a permit existed, the copy of the permit is worth nothing. Before Linux 6.9, a permit
/// that was forgotten ([`std::mem::forget`]) by a thread which has ended may be noticed only when its process ends.
///
/// # Costs
///
/// A handle takes two descriptors in each process. A permit takes 64 bytes of memory. The one thread that is the next to get a permit
/// has a further descriptor open for each thread that holds one. One thread can hold up to 2,000 permits and locks: of a thread that
/// is killed with more, the kernel does not give back the rest.
#[derive(Clone)]
#[doc(alias = "BoundedSemaphore")]
pub struct Semaphore {
    shared: Arc<Permits>,
}

impl Semaphore {
    /// A semaphore with that many permits, all free. With none, every acquire waits in vain.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptors or no memory for it, or if there are more than a million permits.
    pub fn new(permits: u32) -> Result<Semaphore, CreateError> {
        Ok(Semaphore { shared: Arc::new(Permits::new(permits as usize)?) })
    }

    /// Waits until a permit is free, and takes it.
    ///
    /// # Errors
    ///
    /// [`LockError::Deadlock`] if this thread holds all permits itself. [`LockError::System`] if this process has no descriptors left
    /// to wait with.
    pub fn acquire(&self) -> Result<Permit<'_>, LockError<Permit<'_>>> {
        self.acquire_by(None)
    }

    /// Takes a permit if one is free now.
    ///
    /// # Errors
    ///
    /// [`LockError::WouldBlock`] if none is free.
    pub fn try_acquire(&self) -> Result<Permit<'_>, LockError<Permit<'_>>> {
        let free = self.shared.take_free();
        free.map(|index| self.permit(index)).ok_or(LockError::WouldBlock)
    }

    /// Waits for a permit at most that long.
    ///
    /// The wait ends within a millisecond of the time limit on an idle machine. Signals and changes of the wall clock do not matter.
    ///
    /// # Errors
    ///
    /// [`LockError::TimedOut`] if none became free in time; and as for [`acquire`](Semaphore::acquire).
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Permit<'_>, LockError<Permit<'_>>> {
        self.acquire_by(Instant::now().checked_add(timeout))
    }

    fn acquire_by(&self, deadline: Option<Instant>) -> Result<Permit<'_>, LockError<Permit<'_>>> {
        self.shared.take(deadline).map(|index| self.permit(index))
    }

    fn permit(&self, index: usize) -> Permit<'_> {
        Permit { shared: &self.shared, index, not_send: PhantomData }
    }

    /// How many permits are free. Others may acquire and release some at any time.
    #[doc(alias = "get_value")]
    pub fn available(&self) -> u32 {
        self.shared.free() as u32
    }

    /// How many permits there are, free or not.
    pub fn permits(&self) -> u32 {
        self.shared.count() as u32
    }
}

/// A permit of a [`Semaphore`], given back when it is dropped. It cannot be sent to another thread.
///
/// ```
/// use multiprocess::LockError;
/// use multiprocess::sync::Semaphore;
///
/// let two = Semaphore::new(2)?;
/// let first = two.acquire()?;
/// let second = two.acquire()?;
/// assert!(matches!(two.try_acquire(), Err(LockError::WouldBlock)));
/// drop(first);
/// assert!(two.try_acquire().is_ok());
/// # drop(second);
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[must_use = "if it is dropped at once, the permit is given back"]
pub struct Permit<'a> {
    shared: &'a Permits,
    index: usize,
    /// A lock is let go of by the thread that has taken it.
    not_send: PhantomData<*mut ()>,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.shared.release(self.index);
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (permits, available) = (self.permits(), self.available());
        f.debug_struct("Semaphore").field("permits", &permits).field("available", &available).finish()
    }
}

impl Serialize for Semaphore {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let copies = self.shared.descriptors().map(carry::copy);
        let [memory, released] = copies.map(|copy| copy.map_err(S::Error::custom));
        (memory?, released?).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Semaphore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Semaphore, D::Error> {
        let (memory, released) = <(Descriptor, Descriptor)>::deserialize(deserializer)?;
        let shared = Permits::of(memory.into_fd(), released.into_fd()).map_err(D::Error::custom)?;
        Ok(Semaphore { shared: Arc::new(shared) })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use proptest::prelude::*;

    use super::*;
    use crate::wire::carried::{reading, writing};
    use crate::wire::{decode, encode};

    const LONG: Duration = Duration::from_secs(30);

    fn carried(semaphore: &Semaphore) -> Semaphore {
        let (bytes, descriptors) = writing(|| encode(semaphore).expect("it can be written"));
        reading(descriptors, || decode(&bytes)).expect("it can be read")
    }

    #[test]
    fn no_more_hold_a_permit_than_there_are_and_all_get_one() {
        let semaphore = Semaphore::new(3).expect("there is memory");
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                let semaphore = carried(&semaphore);
                let (now, most) = (&now, &most);
                scope.spawn(move || {
                    for round in 0..500 {
                        let _permit = semaphore.acquire_timeout(LONG).expect("one becomes free");
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        if round % 16 == 0 {
                            thread::yield_now();
                        }
                        now.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!((1..=3).contains(&most.into_inner()));
        assert_eq!(semaphore.available(), 3);
    }

    #[test]
    fn a_permit_of_a_thread_that_has_ended_is_free_and_one_that_waits_gets_it() {
        let semaphore = Semaphore::new(1).expect("there is memory");
        let (begun, begin) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            let (end, ends) = std::sync::mpsc::channel::<()>();
            let shared = &semaphore;
            scope.spawn(move || {
                std::mem::forget(shared.acquire().expect("it is free"));
                begun.send(()).expect("the test waits");
                let _ = ends.recv();
            });
            begin.recv_timeout(LONG).expect("the thread begins");
            let waiting = scope.spawn(|| shared.acquire_timeout(LONG).is_ok());
            while !shared.shared.is_watched() {
                thread::yield_now();
            }
            drop(end);
            assert!(waiting.join().expect("it does not panic"), "the holder has ended");
        });
        assert_eq!(semaphore.available(), 1);
    }

    #[test]
    fn a_permit_that_is_not_had_says_why() {
        let semaphore = Semaphore::new(2).expect("there is memory");
        let _two = [semaphore.acquire(), semaphore.acquire()];
        assert!(matches!(semaphore.try_acquire(), Err(LockError::WouldBlock)));
        assert!(matches!(semaphore.acquire(), Err(LockError::Deadlock)));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let begun = Instant::now();
                    let late = semaphore.acquire_timeout(Duration::from_millis(20));
                    assert!(matches!(late, Err(LockError::TimedOut)), "{late:?}");
                    assert!(begun.elapsed() >= Duration::from_millis(20));
                });
            }
        });
        let none = Semaphore::new(0).expect("there is memory");
        assert!(matches!(none.acquire_timeout(Duration::from_millis(1)), Err(LockError::TimedOut)));
    }

    #[test]
    fn memory_stays_while_a_forgotten_permit_is_held() {
        thread::spawn(|| {
            let (one, other) = (Semaphore::new(1).expect("memory"), Semaphore::new(1).expect("memory"));
            std::mem::forget(one.acquire().expect("it is free"));
            drop(one);
            drop(other.acquire().expect("it is free"));
        })
        .join()
        .expect("no memory was missing");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Two threads acquire and release in any order, and one of them may end with what it holds. The model is a number.
        #[test]
        fn it_is_a_number_of_permits(permits in 0_u32..5, steps in prop::collection::vec((0_u8..2, 0_u8..4), 0..40)) {
            let semaphore = Semaphore::new(permits).expect("there is memory");
            let free = Mutex::new(permits);
            for owner in 0..2 {
                let semaphore = &carried(&semaphore);
                let (free, steps) = (&free, &steps);
                // One thread after the other, so that the model knows what is next.
                thread::scope(|scope| {
                    scope.spawn(move || {
                        let mut held = Vec::new();
                        let mut free = free.lock().expect("no thread panics");
                        for (_, step) in steps.iter().filter(|(who, _)| *who == owner) {
                            match step {
                                0..=1 => match semaphore.try_acquire() {
                                    Ok(permit) => { held.push(permit); *free -= 1 }
                                    Err(error) => assert!(matches!(error, LockError::WouldBlock) && *free == 0),
                                },
                                2 => if held.pop().is_some() { *free += 1 },
                                _ => if let Some(permit) = held.pop() { std::mem::forget(permit) },
                            }
                            assert_eq!(semaphore.available(), *free);
                        }
                        // What was forgotten is free again once the thread has ended.
                        *free = permits;
                    });
                });
                let mut back = Vec::new();
                for _ in 0..permits {
                    back.push(semaphore.acquire_timeout(LONG).expect("the thread has ended"));
                }
            }
        }
    }
}
