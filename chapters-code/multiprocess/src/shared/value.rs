//! A value with its lock.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zerocopy::{FromBytes, IntoBytes};

use crate::error::{CreateError, LockError};
use crate::sync::{Mutex, MutexGuard};

/// A value in shared memory, with its lock: Python's `multiprocessing.Value`.
///
/// It is a [`Mutex`] that can also be read and set in one call. What can be shared, and what happens when a process is
/// killed, is said there.
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::shared::Value;
///
/// fn measure(highest: Value<f64>) -> multiprocess::Result<()> {
///     // To read and change it in one step, hold the lock.
///     let mut guard = highest.lock()?;
///     *guard = guard.max(36.6);
///     Ok(())
/// }
///
/// fn work(highest: Value<f64>) {
///     measure(highest).expect("no process is killed");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let highest = Value::new(0.0)?;
///     Process::new(work, (highest.clone(),)).start()?.join()?;
///     assert_eq!(highest.get()?, 36.6);
///     Ok(())
/// }
/// ```
///
/// A structure of several fields is the counterpart of Python's `ShareableList`.
pub struct Value<T>(Mutex<T>);

impl<T: FromBytes + IntoBytes> Value<T> {
    /// A value in new memory.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it, as for [`Mutex::new`].
    pub fn new(value: T) -> Result<Value<T>, CreateError> {
        Ok(Value(Mutex::new(value).map_err(|error| CreateError { what: "a shared value", ..error })?))
    }

    /// Waits for the lock. The guard dereferences to the value. Errors are those of [`Mutex::lock`].
    #[doc(alias = "get_lock")]
    pub fn lock(&self) -> Result<MutexGuard<'_, T>, LockError<MutexGuard<'_, T>>> {
        self.0.lock()
    }

    /// Takes the lock if it is free now. Errors are those of [`Mutex::try_lock`].
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, LockError<MutexGuard<'_, T>>> {
        self.0.try_lock()
    }

    /// Waits for the lock at most that long. Errors are those of [`Mutex::lock_timeout`].
    pub fn lock_timeout(&self, timeout: Duration) -> Result<MutexGuard<'_, T>, LockError<MutexGuard<'_, T>>> {
        self.0.lock_timeout(timeout)
    }

    /// A copy of the value. It takes the lock for that. Errors are those of [`Mutex::lock`].
    pub fn get(&self) -> Result<T, LockError<MutexGuard<'_, T>>>
    where
        T: Copy,
    {
        Ok(*self.lock()?)
    }

    /// Sets the value. It takes the lock for that. Errors are those of [`Mutex::lock`], and then the value is as it was.
    ///
    /// To change a value that depends on what it was, as in `+= 1`, use the guard: another process may come between a `get` and
    /// a `set`.
    pub fn set(&self, value: T) -> Result<(), LockError<MutexGuard<'_, T>>> {
        *self.lock()? = value;
        Ok(())
    }

    /// Whether a holder of the lock was killed or has panicked, as [`Mutex::is_poisoned`].
    pub fn is_poisoned(&self) -> bool {
        self.0.is_poisoned()
    }

    /// Says that the value is whole again, as [`Mutex::clear_poison`].
    pub fn clear_poison(&self) {
        self.0.clear_poison();
    }
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Value<T> {
        Value(self.0.clone())
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").field("poisoned", &self.0.is_poisoned()).finish_non_exhaustive()
    }
}

impl<T> Serialize for Value<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: FromBytes + IntoBytes> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value<T>, D::Error> {
        Mutex::deserialize(deserializer).map(Value)
    }
}
