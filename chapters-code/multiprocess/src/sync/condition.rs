//! Waiting for a change of what a mutex guards.

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zerocopy::{FromBytes, IntoBytes};

use super::carry;
use super::mutex::MutexGuard;
use crate::error::{CreateError, LockError};
use crate::sys::futex;
use crate::sys::shared::{Mapping, shared_struct};

shared_struct! {
    struct Memory {
        kind: AtomicU32,
        /// Changes with each notification. Those who wait sleep as long as it is what they saw while they had the mutex.
        notifications: AtomicU32,
    }
}

const KIND: u32 = 0x4d50_0010;

/// Lets processes wait until the value in a [`Mutex`](super::Mutex) is as they need it.
///
/// [`wait`](Condition::wait) unlocks the mutex, waits for a notification, and locks again. The thread that changes the value
/// notifies. The methods are those of [`std::sync::Condvar`]. The counterpart of Python's `multiprocessing.Condition`.
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::sync::{Condition, Mutex};
///
/// fn produce(ready: Mutex<u32>, changed: Condition) {
///     *ready.lock().expect("no process is killed") = 3;
///     changed.notify_all();
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let (ready, changed) = (Mutex::new(0)?, Condition::new()?);
///     let mut producer = Process::new(produce, (ready.clone(), changed.clone())).start()?;
///     let guard = changed.wait_while(ready.lock()?, |ready| *ready == 0)?;
///     assert_eq!(*guard, 3);
///     drop(guard);
///     producer.join()?;
///     Ok(())
/// }
/// ```
///
/// # What is guaranteed
///
/// A notification that is given after a thread has begun to wait, and so after it has unlocked the mutex, is not lost. A wait may
/// also end without a notification, so check the value in a loop, or use [`wait_while`](Condition::wait_while). Change the
/// value only while you hold the mutex. Use a condition with one mutex. It takes the guards of a [`Mutex`](super::Mutex) and of a
/// [`Lock`](super::Lock), but not those of an [`RLock`](super::RLock), which may be held twice.
///
/// # When a process is killed
///
/// The others are not disturbed. A process that is killed while it holds the mutex poisons the mutex, and each wait then returns
/// [`LockError::Poisoned`] with the guard when it has the lock again. Two things are lost with a process: the notification that
/// it was about to give, and one that [`notify_one`](Condition::notify_one) gave to it. So prefer
/// [`notify_all`](Condition::notify_all), and waits with a time limit, where processes may be killed.
#[derive(Clone)]
pub struct Condition {
    mapping: Arc<Mapping>,
}

/// What a wait gives that has a time limit.
type Timed<'a, T> = (MutexGuard<'a, T>, WaitTimeoutResult);

impl Condition {
    /// A condition that no thread waits for. It takes one descriptor in each process that has a handle, and a page of memory.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it.
    pub fn new() -> Result<Condition, CreateError> {
        let made = Mapping::new(c"multiprocess-condition", size_of::<Memory>());
        let mapping = made.map_err(CreateError::at("a condition", "allocating its memory"))?;
        mapping.at::<Memory>(0).kind.store(KIND, Ordering::Release);
        Ok(Condition { mapping: Arc::new(mapping) })
    }

    fn of(file: OwnedFd) -> io::Result<Condition> {
        let mapping = Mapping::of(file)?;
        if mapping.len() != size_of::<Memory>()
            || mapping.at::<Memory>(0).kind.load(Ordering::Acquire) != KIND
        {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the memory is not a condition's"));
        }
        Ok(Condition { mapping: Arc::new(mapping) })
    }

    fn notifications(&self) -> &AtomicU32 {
        &self.mapping.at::<Memory>(0).notifications
    }

    /// Unlocks, waits for a notification, and locks again.
    ///
    /// # Errors
    ///
    /// [`LockError::Poisoned`] if the mutex is poisoned when it is locked again. The guard is in the error.
    ///
    /// # Panics
    ///
    /// If the operating system refuses to wait, which a sandbox can do.
    pub fn wait<'a, T: FromBytes + IntoBytes>(
        &self,
        guard: MutexGuard<'a, T>,
    ) -> Result<MutexGuard<'a, T>, LockError<MutexGuard<'a, T>>> {
        self.wait_until(guard, None).1
    }

    /// Unlocks, waits for a notification at most that long, and locks again.
    ///
    /// The time limit is for the notification. Locking again takes as long as others hold the mutex.
    ///
    /// # Errors
    ///
    /// As for [`wait`](Condition::wait). The error's guard comes with the answer whether the time was over.
    ///
    /// # Panics
    ///
    /// As for [`wait`](Condition::wait).
    pub fn wait_timeout<'a, T: FromBytes + IntoBytes>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> Result<Timed<'a, T>, LockError<Timed<'a, T>>> {
        let (notified, locked) = self.wait_until(guard, Instant::now().checked_add(timeout));
        let timed = |guard| (guard, WaitTimeoutResult(!notified));
        match locked {
            Ok(guard) => Ok(timed(guard)),
            Err(error) => Err(error.map(timed)),
        }
    }

    /// Waits for notifications as long as `condition` is true for the value.
    ///
    /// # Errors
    ///
    /// As for [`wait`](Condition::wait). The condition may still be true then.
    ///
    /// # Panics
    ///
    /// As for [`wait`](Condition::wait).
    pub fn wait_while<'a, T: FromBytes + IntoBytes>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> Result<MutexGuard<'a, T>, LockError<MutexGuard<'a, T>>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Waits for notifications as long as `condition` is true for the value, at most that long.
    ///
    /// The answer is that the time was over only if the condition is true still.
    ///
    /// # Errors
    ///
    /// As for [`wait_timeout`](Condition::wait_timeout). The condition may still be true then.
    ///
    /// # Panics
    ///
    /// As for [`wait`](Condition::wait).
    pub fn wait_timeout_while<'a, T: FromBytes + IntoBytes>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> Result<Timed<'a, T>, LockError<Timed<'a, T>>> {
        let deadline = Instant::now().checked_add(timeout);
        let mut late = false;
        while condition(&mut guard) {
            if late {
                return Ok((guard, WaitTimeoutResult(true)));
            }
            let (notified, locked) = self.wait_until(guard, deadline);
            late = !notified;
            guard = locked.map_err(|error| error.map(|guard| (guard, WaitTimeoutResult(late))))?;
        }
        Ok((guard, WaitTimeoutResult(false)))
    }

    /// Says whether it was woken, or the deadline had come.
    fn wait_until<'a, T: FromBytes + IntoBytes>(
        &self,
        guard: MutexGuard<'a, T>,
        deadline: Option<Instant>,
    ) -> (bool, Result<MutexGuard<'a, T>, LockError<MutexGuard<'a, T>>>) {
        // While the mutex is held: whoever changes the value afterward notifies afterward, and so changes this number.
        let seen = self.notifications().load(Ordering::Relaxed);
        guard.without(|| {
            futex::wait_while(self.notifications(), seen, deadline).expect("a number can be waited for")
        })
    }

    /// Wakes one thread that waits, if there is one.
    #[doc(alias = "notify")]
    pub fn notify_one(&self) {
        self.notifications().fetch_add(1, Ordering::Relaxed);
        futex::wake_one(self.notifications());
    }

    /// Wakes all threads that wait.
    pub fn notify_all(&self) {
        self.notifications().fetch_add(1, Ordering::Relaxed);
        futex::wake_all(self.notifications());
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").finish_non_exhaustive()
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        carry::write(self.mapping.file(), serializer)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Condition, D::Error> {
        carry::read(deserializer, Condition::of)
    }
}

/// Whether a wait with a time limit ended because the time was over.
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::sync::{Condition, Lock};
///
/// let (lock, condition) = (Lock::new()?, Condition::new()?);
/// let (_guard, result) =
///     condition.wait_timeout_while(lock.lock()?, Duration::from_millis(1), |()| true)?;
/// assert!(result.timed_out());
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether the time was over.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::sync::Mutex;
    use crate::wire::carried::{reading, writing};
    use crate::wire::{decode, encode};

    const LONG: Duration = Duration::from_secs(30);

    fn carried(condition: &Condition) -> Condition {
        let (bytes, descriptors) = writing(|| encode(condition).expect("it can be written"));
        reading(descriptors, || decode(&bytes)).expect("it can be read")
    }

    /// Two threads hand a number back and forth: a lost notification ends the game.
    #[test]
    fn no_notification_is_lost() {
        let (number, changed) = (Mutex::new(0_u32).expect("memory"), Condition::new().expect("memory"));
        let play = |changed: Condition, own: u32| {
            for _ in 0..5_000 {
                let guard = number.lock().expect("no thread panics");
                let waited = changed.wait_timeout_while(guard, LONG, |number| *number % 2 != own);
                let (mut guard, result) = waited.expect("no thread panics");
                assert!(!result.timed_out(), "at {}", *guard);
                *guard += 1;
                drop(guard);
                changed.notify_one();
            }
        };
        let other = carried(&changed);
        thread::scope(|scope| {
            scope.spawn(move || play(other, 1));
            play(changed, 0);
        });
        assert_eq!(*number.lock().expect("it is free"), 10_000);
    }

    #[test]
    fn all_that_wait_are_woken_and_have_the_lock_in_turn() {
        let begun = Instant::now();
        let (number, changed) = (Mutex::new(0_u32).expect("memory"), Condition::new().expect("memory"));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut guard = number.lock().expect("no thread panics");
                    *guard += 1;
                    let waited = changed.wait_timeout_while(guard, LONG, |number| *number < 10);
                    let (mut guard, result) = waited.expect("no thread panics");
                    assert!(!result.timed_out());
                    *guard += 1;
                });
            }
            // Once all have counted themselves and the lock is free, all wait.
            let mut guard = number.lock().expect("no thread panics");
            while *guard < 4 {
                drop(guard);
                thread::yield_now();
                guard = number.lock().expect("no thread panics");
            }
            *guard = 10;
            drop(guard);
            changed.notify_all();
        });
        assert_eq!(*number.lock().expect("it is free"), 14);
        assert!(begun.elapsed() < LONG, "they have found the value changed at their time limits");
    }

    #[test]
    fn a_wait_ends_at_its_time_limit_and_has_the_lock_again() {
        let (number, changed) = (Mutex::new(0_u32).expect("memory"), Condition::new().expect("memory"));
        let begun = Instant::now();
        let guard = number.lock().expect("it is free");
        let (guard, result) = changed.wait_timeout(guard, Duration::from_millis(20)).expect("nobody panics");
        assert!(result.timed_out() && begun.elapsed() >= Duration::from_millis(20));
        assert!(matches!(number.try_lock(), Err(LockError::Deadlock)));
        drop(guard);
    }

    #[test]
    fn a_mutex_that_is_poisoned_meanwhile_is_told_of() {
        let (number, changed) = (Mutex::new(0_u32).expect("memory"), Condition::new().expect("memory"));
        let (begun, begin) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let guard = number.lock().expect("it is free");
                begun.send(()).expect("the test waits");
                match changed.wait_timeout_while(guard, LONG, |number| *number == 0) {
                    Err(LockError::Poisoned((guard, result))) => (*guard, result.timed_out()),
                    other => panic!("{other:?}"),
                }
            });
            begin.recv_timeout(LONG).expect("the thread begins");
            scope.spawn(|| {
                let mut guard = number.lock_timeout(LONG).expect("the other waits");
                *guard = 7;
                std::mem::forget(guard);
            });
            while !matches!(number.lock_timeout(LONG), Err(LockError::Poisoned(_))) {
                thread::yield_now();
            }
            changed.notify_all();
            assert_eq!(waiting.join().expect("it does not panic"), (7, false));
        });
    }
}
