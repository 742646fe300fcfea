//! A lock that its holder may take again.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::carry;
use crate::error::{CreateError, LockError};
use crate::sys::guarded::{Guarded, Held, Kind};
use crate::sys::robust::Patience;

/// A lock that the thread which holds it may take again. It is free when all of the thread's guards are dropped.
///
/// It lets a function that takes the lock call another one that takes it, too. It guards no value, because two guards on one thread
/// would give two mutable references. The counterpart of Python's `multiprocessing.RLock`.
///
/// Killed holders, poison, deadlines and copies of guards in forked processes are as for [`Mutex`](super::Mutex).
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::sync::RLock;
///
/// fn line(terminal: &RLock, text: &str) {
///     let _turn = terminal.lock().expect("no process is killed");
///     println!("{text}");
/// }
///
/// fn report(terminal: RLock) {
///     let _turn = terminal.lock().expect("no process is killed");
///     line(&terminal, "one line");
///     line(&terminal, "and the next");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let terminal = RLock::new()?;
///     let mut other = Process::new(report, (terminal.clone(),)).start()?;
///     report(terminal);
///     other.join()?;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct RLock {
    memory: Arc<Guarded<()>>,
}

impl RLock {
    /// A lock that is free.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it.
    pub fn new() -> Result<RLock, CreateError> {
        let made = Guarded::new(c"multiprocess-rlock", Kind::Counted, 1);
        let memory = made.map_err(CreateError::at("a recursive lock", "allocating its memory"))?;
        Ok(RLock { memory: Arc::new(memory) })
    }

    /// Waits until no other thread holds the lock, and takes it, or takes it once more.
    ///
    /// # Errors
    ///
    /// [`LockError::Poisoned`] if a holder was killed or has panicked: the lock is held, by the guard in the error.
    #[doc(alias = "acquire")]
    pub fn lock(&self) -> Result<RLockGuard<'_>, LockError<RLockGuard<'_>>> {
        guard(self.memory.take(Patience::Endless))
    }

    /// Takes the lock if it is free now, or held by this thread.
    ///
    /// # Errors
    ///
    /// [`LockError::WouldBlock`] if another thread holds it; and as for [`lock`](RLock::lock).
    pub fn try_lock(&self) -> Result<RLockGuard<'_>, LockError<RLockGuard<'_>>> {
        guard(self.memory.take(Patience::None))
    }

    /// Waits for the lock at most that long.
    ///
    /// # Errors
    ///
    /// [`LockError::TimedOut`] if the lock did not become free in time; and as for [`lock`](RLock::lock).
    pub fn lock_timeout(&self, timeout: Duration) -> Result<RLockGuard<'_>, LockError<RLockGuard<'_>>> {
        guard(self.memory.take(Instant::now().checked_add(timeout).into()))
    }

    /// Whether a holder was killed or has panicked, as [`Mutex::is_poisoned`](super::Mutex::is_poisoned).
    pub fn is_poisoned(&self) -> bool {
        self.memory.is_poisoned()
    }

    /// Says that what the lock is for is in order again, as [`Mutex::clear_poison`](super::Mutex::clear_poison).
    pub fn clear_poison(&self) {
        self.memory.clear_poison();
    }
}

fn guard<'a>(
    taken: Result<Held<'a, ()>, LockError<Held<'a, ()>>>,
) -> Result<RLockGuard<'a>, LockError<RLockGuard<'a>>> {
    match taken {
        Ok(held) => Ok(RLockGuard { _held: held }),
        Err(error) => Err(error.map(|held| RLockGuard { _held: held })),
    }
}

impl fmt::Debug for RLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RLock").field("poisoned", &self.is_poisoned()).finish_non_exhaustive()
    }
}

impl Serialize for RLock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        carry::write(self.memory.file(), serializer)
    }
}

impl<'de> Deserialize<'de> for RLock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RLock, D::Error> {
        carry::read(deserializer, |file| Ok(RLock { memory: Arc::new(Guarded::of(file, Kind::Counted)?) }))
    }
}

/// One hold of an [`RLock`], which ends when it is dropped. It cannot be sent to another thread.
///
/// ```
/// use multiprocess::sync::RLock;
///
/// let lock = RLock::new()?;
/// let outer = lock.lock()?;
/// let inner = lock.try_lock()?;
/// drop(outer);
/// // The lock is held still.
/// drop(inner);
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[must_use = "if it is dropped at once, the hold is over"]
pub struct RLockGuard<'a> {
    _held: Held<'a, ()>,
}

impl fmt::Debug for RLockGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RLockGuard").finish_non_exhaustive()
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
    fn its_holder_takes_it_again_and_others_wait_for_the_last_guard() {
        let lock = RLock::new().expect("there is memory");
        let outer = lock.lock().expect("it is free");
        let inner = lock.try_lock().expect("it is ours");
        drop(outer);
        thread::scope(|scope| {
            scope.spawn(|| assert!(matches!(lock.try_lock(), Err(LockError::WouldBlock))));
        });
        drop(inner);
        thread::scope(|scope| {
            scope.spawn(|| assert!(lock.lock_timeout(Duration::from_secs(30)).is_ok()));
        });
    }

    #[test]
    fn one_kind_of_lock_is_not_taken_for_the_other() {
        let lock = RLock::new().expect("there is memory");
        let (bytes, descriptors) = writing(|| encode(&lock).expect("it can be written"));
        let other: Result<Lock, _> = reading(descriptors, || decode(&bytes));
        assert!(other.is_err());
    }

    #[test]
    fn a_thread_that_ends_with_it_poisons_it() {
        let lock = RLock::new().expect("there is memory");
        thread::scope(|scope| {
            scope.spawn(|| {
                std::mem::forget(lock.lock().expect("it is free"));
                std::mem::forget(lock.lock().expect("it is ours"));
            });
        });
        let next = lock.lock_timeout(Duration::from_secs(30));
        assert!(matches!(next, Err(LockError::Poisoned(_))));
        drop(next);
        lock.clear_poison();
        assert!(lock.lock().is_ok());
    }
}
