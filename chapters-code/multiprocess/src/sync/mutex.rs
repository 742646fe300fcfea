//! A lock with the value that it guards, and a lock without one.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zerocopy::{FromBytes, IntoBytes};

use super::carry;
use crate::error::{CreateError, LockError};
use crate::sys::guarded::{Guarded, Held, Kind};
use crate::sys::robust::Patience;

/// A value in shared memory that one thread of one process uses at a time.
///
/// [`lock`](Mutex::lock) waits until no other thread holds the lock, and gives a guard. Through the guard the value is read and
/// changed. Dropping the guard unlocks. Methods and guards are those of [`std::sync::Mutex`].
///
/// A handle can be cloned, sent to other processes as an argument or in a message, and used by threads and processes at once. The
/// value lives as long as any process has a handle.
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::sync::Mutex;
///
/// fn count(total: Mutex<u64>) -> multiprocess::Result<()> {
///     for _ in 0..1000 {
///         *total.lock()? += 1;
///     }
///     Ok(())
/// }
///
/// fn work(total: Mutex<u64>) {
///     count(total).expect("no process is killed");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let total = Mutex::new(0)?;
///     let mut other = Process::new(work, (total.clone(),)).start()?;
///     count(total.clone())?;
///     other.join()?;
///     assert_eq!(*total.lock()?, 2000);
///     Ok(())
/// }
/// ```
///
/// # What can be shared
///
/// Any bytes must be a value of the type, and a value must have no bytes without meaning: zerocopy's traits [`FromBytes`] and
/// [`IntoBytes`]. Numbers and arrays of numbers have them. For a structure, add
/// `zerocopy = { version = "0.8", features = ["derive"] }` to your `Cargo.toml`, and derive both:
///
/// ```
/// use multiprocess::sync::Mutex;
/// use zerocopy::{FromBytes, IntoBytes};
///
/// #[derive(FromBytes, IntoBytes)]
/// #[repr(C)]
/// struct Account {
///     balance: i64,
///     transfers: u64,
/// }
///
/// let account = Mutex::new(Account { balance: 0, transfers: 0 })?;
/// let mut guard = account.lock()?;
/// guard.balance -= 5;
/// guard.transfers += 1;
/// # drop(guard);
/// # Ok::<(), multiprocess::Error>(())
/// ```
///
/// A `String`, a `Vec` and a reference are pointers into one process's memory, so they cannot be shared.
///
/// # When a holder is killed
///
/// The kernel unlocks. The next thread that locks gets [`LockError::Poisoned`] within milliseconds. The guard is in the error, so
/// that the value can be checked and repaired. Every lock fails in this way until [`clear_poison`](Mutex::clear_poison) is
/// called. A panic of the holder poisons too, and so does a holder that exits, or whose thread ends, without dropping its guard. A
/// process that is stopped (SIGSTOP) keeps its locks.
///
/// ```
/// use multiprocess::sync::Mutex;
/// use multiprocess::{LockError, Process};
///
/// fn break_off(parts: Mutex<[u32; 2]>) {
///     let mut guard = parts.lock().expect("it is new");
///     guard[0] = 7;
///     std::process::abort();
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let parts = Mutex::new([0; 2])?;
///     let _ = Process::new(break_off, (parts.clone(),)).start()?.join();
///     match parts.lock() {
///         Err(LockError::Poisoned(mut guard)) => {
///             assert_eq!(*guard, [7, 0]);
///             *guard = [7, 7];
///             parts.clear_poison();
///         }
///         other => panic!("{other:?}"),
///     }
///     assert_eq!(*parts.lock()?, [7, 7]);
///     Ok(())
/// }
/// ```
///
/// # What is not guaranteed
///
/// Threads that wait do not get the lock in the order of their arrival. A guard belongs to the thread that locked, so it cannot be
/// sent to another one. A guard that is forgotten ([`std::mem::forget`]) keeps the lock until its thread ends. In a process
/// that was forked while a guard existed, the copy of the guard holds nothing: do not use it.
///
/// Python's nearest counterpart is a [`Value`](crate::shared::Value) with its lock.
pub struct Mutex<T> {
    memory: Arc<Guarded<T>>,
}

impl<T: FromBytes + IntoBytes> Mutex<T> {
    /// A mutex around the value. It is not locked.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it. A mutex takes one descriptor in each process that has a
    /// handle, and whole pages of memory, at least one.
    pub fn new(value: T) -> Result<Mutex<T>, CreateError> {
        let made = Guarded::new(c"multiprocess-mutex", Kind::One, 1);
        let memory = made.map_err(CreateError::at("a mutex", "allocating its memory"))?;
        memory.take(Patience::None).expect("a new lock is free")[0] = value;
        Ok(Mutex { memory: Arc::new(memory) })
    }

    /// Waits until no other thread holds the lock, and takes it.
    ///
    /// # Errors
    ///
    /// [`LockError::Poisoned`] if a holder was killed or has panicked: the lock is held, by the guard in the error.
    /// [`LockError::Deadlock`] if this thread holds the lock already.
    #[doc(alias = "acquire")]
    #[inline]
    pub fn lock(&self) -> Result<MutexGuard<'_, T>, LockError<MutexGuard<'_, T>>> {
        guard(self.memory.take(Patience::Endless))
    }

    /// Takes the lock if it is free now.
    ///
    /// # Errors
    ///
    /// [`LockError::WouldBlock`] if another thread holds it; and as for [`lock`](Mutex::lock).
    #[inline]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, LockError<MutexGuard<'_, T>>> {
        guard(self.memory.take(Patience::None))
    }

    /// Waits for the lock at most that long.
    ///
    /// The wait ends within a millisecond of the time limit on an idle machine. Signals and changes of the wall clock do not matter.
    ///
    /// # Errors
    ///
    /// [`LockError::TimedOut`] if the lock did not become free in time; and as for [`lock`](Mutex::lock).
    #[inline]
    pub fn lock_timeout(&self, timeout: Duration) -> Result<MutexGuard<'_, T>, LockError<MutexGuard<'_, T>>> {
        guard(self.memory.take(Instant::now().checked_add(timeout).into()))
    }
}

impl<T> Mutex<T> {
    /// Whether a holder was killed or has panicked since the mutex was made, or since [`clear_poison`](Mutex::clear_poison).
    ///
    /// A holder that was just killed may not be noticed before the next lock.
    pub fn is_poisoned(&self) -> bool {
        self.memory.is_poisoned()
    }

    /// Says that the value is whole again, so that later locks succeed. Call it while you hold the guard.
    pub fn clear_poison(&self) {
        self.memory.clear_poison();
    }
}

fn guard<'a, T>(
    taken: Result<Held<'a, T>, LockError<Held<'a, T>>>,
) -> Result<MutexGuard<'a, T>, LockError<MutexGuard<'a, T>>> {
    match taken {
        Ok(held) => Ok(MutexGuard { held }),
        Err(error) => Err(error.map(|held| MutexGuard { held })),
    }
}

impl<T> Clone for Mutex<T> {
    fn clone(&self) -> Mutex<T> {
        Mutex { memory: Arc::clone(&self.memory) }
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").field("poisoned", &self.is_poisoned()).finish_non_exhaustive()
    }
}

impl<T> Serialize for Mutex<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        carry::write(self.memory.file(), serializer)
    }
}

impl<'de, T: FromBytes + IntoBytes> Deserialize<'de> for Mutex<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Mutex<T>, D::Error> {
        carry::read(deserializer, |file| Ok(Mutex { memory: Arc::new(Guarded::of(file, Kind::One)?) }))
    }
}

/// The lock of a [`Mutex`] or a [`Lock`], held until the guard is dropped.
///
/// It dereferences to the value. It cannot be sent to another thread.
///
/// ```
/// use multiprocess::sync::{Mutex, MutexGuard};
///
/// fn double(mut number: MutexGuard<'_, u32>) {
///     *number *= 2;
/// }
///
/// let number = Mutex::new(21)?;
/// double(number.lock()?);
/// assert_eq!(*number.lock()?, 42);
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[must_use = "if it is dropped at once, the lock is free again"]
pub struct MutexGuard<'a, T> {
    held: Held<'a, T>,
}

impl<'a, T: FromBytes + IntoBytes> MutexGuard<'a, T> {
    /// Unlocks, waits, and locks again as soon as it is free.
    pub(super) fn without<R>(
        self,
        wait: impl FnOnce() -> R,
    ) -> (R, Result<MutexGuard<'a, T>, LockError<MutexGuard<'a, T>>>) {
        let memory = self.held.memory();
        drop(self);
        let waited = wait();
        (waited, guard(memory.take(Patience::Endless)))
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.held[0]
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.held[0]
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A lock that guards no value: it makes processes take turns, for example at a file or at the terminal.
///
/// Everything that [`Mutex`] promises holds for it, too. Where there is a value in shared memory, use a [`Mutex`], which cannot be
/// forgotten. The counterpart of Python's `multiprocessing.Lock`. Unlike Python's, it is unlocked by the thread that locked it,
/// and a killed holder does not keep it.
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::sync::Lock;
///
/// fn report(terminal: Lock, name: String) {
///     let _turn = terminal.lock().expect("no process is killed");
///     println!("{name}: one line");
///     println!("{name}: and the next");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let terminal = Lock::new()?;
///     let mut other = Process::new(report, (terminal.clone(), "child".to_owned())).start()?;
///     report(terminal, "parent".to_owned());
///     other.join()?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Serialize, Deserialize)]
pub struct Lock(Mutex<()>);

impl Lock {
    /// A lock that is free.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it, as for [`Mutex::new`].
    pub fn new() -> Result<Lock, CreateError> {
        Ok(Lock(Mutex::new(()).map_err(|error| CreateError { what: "a lock", ..error })?))
    }

    /// Waits until no other thread holds the lock, and takes it. Errors are those of [`Mutex::lock`].
    #[doc(alias = "acquire")]
    pub fn lock(&self) -> Result<MutexGuard<'_, ()>, LockError<MutexGuard<'_, ()>>> {
        self.0.lock()
    }

    /// Takes the lock if it is free now. Errors are those of [`Mutex::try_lock`].
    pub fn try_lock(&self) -> Result<MutexGuard<'_, ()>, LockError<MutexGuard<'_, ()>>> {
        self.0.try_lock()
    }

    /// Waits for the lock at most that long. Errors are those of [`Mutex::lock_timeout`].
    pub fn lock_timeout(
        &self,
        timeout: Duration,
    ) -> Result<MutexGuard<'_, ()>, LockError<MutexGuard<'_, ()>>> {
        self.0.lock_timeout(timeout)
    }

    /// Whether a holder was killed or has panicked, as [`Mutex::is_poisoned`].
    pub fn is_poisoned(&self) -> bool {
        self.0.is_poisoned()
    }

    /// Says that what the lock is for is in order again, as [`Mutex::clear_poison`].
    pub fn clear_poison(&self) {
        self.0.clear_poison();
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock").field("poisoned", &self.is_poisoned()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread;

    use super::*;
    use crate::wire::carried::{reading, writing};
    use crate::wire::{decode, encode};

    const LONG: Duration = Duration::from_secs(30);

    /// The handle as another process would have it: a mapping of its own.
    fn carried<T: FromBytes + IntoBytes>(mutex: &Mutex<T>) -> Mutex<T> {
        let (bytes, descriptors) = writing(|| encode(mutex).expect("it can be written"));
        reading(descriptors, || decode(&bytes)).expect("it can be read")
    }

    #[test]
    fn threads_and_mappings_take_turns() {
        let total = Mutex::new(0_u64).expect("there is memory");
        thread::scope(|scope| {
            for _ in 0..4 {
                let total = carried(&total);
                scope.spawn(move || {
                    for _ in 0..10_000 {
                        *total.lock_timeout(LONG).expect("no thread panics") += 1;
                    }
                });
            }
        });
        assert_eq!(*total.lock().expect("it is free"), 40_000);
    }

    #[test]
    fn a_panic_with_the_guard_poisons_until_that_is_cleared_and_one_before_it_does_not() {
        let number = Mutex::new(1_u32).expect("there is memory");
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let mut guard = number.lock().expect("it is free");
            *guard = 2;
            panic!("with the guard");
        }));
        assert!(panicked.is_err() && number.is_poisoned() && carried(&number).is_poisoned());
        assert!(matches!(carried(&number).try_lock(), Err(LockError::Poisoned(guard)) if *guard == 2));
        number.clear_poison();
        struct Locks<'a>(&'a Mutex<u32>);
        impl Drop for Locks<'_> {
            fn drop(&mut self) {
                *self.0.lock().expect("it is free") = 3;
            }
        }
        assert!(
            catch_unwind(AssertUnwindSafe(|| {
                let _locks = Locks(&number);
                panic!("before the lock");
            }))
            .is_err()
        );
        assert_eq!(*number.lock().expect("it is not poisoned"), 3);
    }

    #[test]
    fn a_lock_that_is_not_had_says_why() {
        let number = Mutex::new(1_u32).expect("there is memory");
        let guard = number.lock().expect("it is free");
        assert!(matches!(number.lock(), Err(LockError::Deadlock)));
        assert!(matches!(carried(&number).lock_timeout(LONG), Err(LockError::Deadlock)));
        thread::scope(|scope| {
            scope.spawn(|| {
                assert!(matches!(number.try_lock(), Err(LockError::WouldBlock)));
                let begun = Instant::now();
                let late = number.lock_timeout(Duration::from_millis(20));
                assert!(matches!(late, Err(LockError::TimedOut)));
                assert!(begun.elapsed() >= Duration::from_millis(20));
            });
        });
        drop(guard);
        assert!(number.lock_timeout(Duration::MAX).is_ok());
    }

    #[test]
    fn a_handle_of_another_type_is_refused() {
        let number = Mutex::new(1_u32).expect("there is memory");
        let (bytes, descriptors) = writing(|| encode(&number).expect("it can be written"));
        let other: Result<Mutex<u64>, _> = reading(descriptors, || decode(&bytes));
        assert!(other.is_err(), "its value has another size");
        assert!(encode(&number).is_err(), "it is neither an argument nor in a message");
    }

    #[test]
    fn handles_go_where_those_of_std_go() {
        fn goes<T: Send + Sync>() {}
        goes::<Mutex<u32>>();
        goes::<Lock>();
        fn shared<T: Sync>() {}
        shared::<MutexGuard<'_, u32>>();
    }
}
