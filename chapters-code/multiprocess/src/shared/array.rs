//! An array with its lock.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zerocopy::{FromBytes, IntoBytes};

use crate::error::{CreateError, LockError};
use crate::sync::carry;
use crate::sys::guarded::{Guarded, Held, Kind};
use crate::sys::robust::Patience;

/// An array of fixed length in shared memory, with one lock: Python's `multiprocessing.Array`.
///
/// The guard dereferences to a slice. What can be shared, and what happens when a process is killed, is as for
/// [`Mutex`](crate::sync::Mutex). The memory is allocated when the array is made, so a write never fails.
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::shared::Array;
///
/// fn square(numbers: Array<u64>) {
///     let mut guard = numbers.lock().expect("no process is killed");
///     for number in guard.iter_mut() {
///         *number *= *number;
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let numbers = Array::new(&[1, 2, 3])?;
///     Process::new(square, (numbers.clone(),)).start()?.join()?;
///     assert_eq!(*numbers.lock()?, [1, 4, 9]);
///     Ok(())
/// }
/// ```
///
/// Where processes write to parts of their own, one lock makes them wait for each other. Give each an array of its own, or use a
/// [`RawArray`](super::RawArray).
pub struct Array<T> {
    memory: Arc<Guarded<T>>,
}

impl<T: FromBytes + IntoBytes> Array<T> {
    /// A copy of the values in new memory.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it.
    pub fn new(values: &[T]) -> Result<Array<T>, CreateError>
    where
        T: Clone,
    {
        let array = Array::zeroed(values.len())?;
        array.memory.take(Patience::None).expect("a new lock is free").clone_from_slice(values);
        Ok(array)
    }

    /// An array of that many values, whose bytes are all zero.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it.
    pub fn zeroed(len: usize) -> Result<Array<T>, CreateError> {
        let made = Guarded::new(c"multiprocess-array", Kind::Many, len);
        let memory = made.map_err(CreateError::at("a shared array", "allocating its memory"))?;
        Ok(Array { memory: Arc::new(memory) })
    }

    /// Waits until no other thread holds the lock, and takes it.
    ///
    /// # Errors
    ///
    /// [`LockError::Poisoned`] if a holder was killed or has panicked: the lock is held, by the guard in the error.
    /// [`LockError::Deadlock`] if this thread holds the lock already.
    #[doc(alias = "get_lock")]
    pub fn lock(&self) -> Result<ArrayGuard<'_, T>, LockError<ArrayGuard<'_, T>>> {
        guard(self.memory.take(Patience::Endless))
    }

    /// Takes the lock if it is free now.
    ///
    /// # Errors
    ///
    /// [`LockError::WouldBlock`] if another thread holds it; and as for [`lock`](Array::lock).
    pub fn try_lock(&self) -> Result<ArrayGuard<'_, T>, LockError<ArrayGuard<'_, T>>> {
        guard(self.memory.take(Patience::None))
    }

    /// Waits for the lock at most that long.
    ///
    /// # Errors
    ///
    /// [`LockError::TimedOut`] if the lock did not become free in time; and as for [`lock`](Array::lock).
    pub fn lock_timeout(&self, timeout: Duration) -> Result<ArrayGuard<'_, T>, LockError<ArrayGuard<'_, T>>> {
        guard(self.memory.take(Instant::now().checked_add(timeout).into()))
    }
}

impl<T> Array<T> {
    /// How many values there are. It does not change.
    pub fn len(&self) -> usize {
        self.memory.count()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a holder of the lock was killed or has panicked, as [`Mutex::is_poisoned`](crate::sync::Mutex::is_poisoned).
    pub fn is_poisoned(&self) -> bool {
        self.memory.is_poisoned()
    }

    /// Says that the values are whole again, as [`Mutex::clear_poison`](crate::sync::Mutex::clear_poison).
    pub fn clear_poison(&self) {
        self.memory.clear_poison();
    }
}

fn guard<'a, T>(
    taken: Result<Held<'a, T>, LockError<Held<'a, T>>>,
) -> Result<ArrayGuard<'a, T>, LockError<ArrayGuard<'a, T>>> {
    match taken {
        Ok(held) => Ok(ArrayGuard { held }),
        Err(error) => Err(error.map(|held| ArrayGuard { held })),
    }
}

impl<T> Clone for Array<T> {
    fn clone(&self) -> Array<T> {
        Array { memory: Arc::clone(&self.memory) }
    }
}

impl<T> fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Array");
        shown.field("len", &self.len()).field("poisoned", &self.is_poisoned()).finish_non_exhaustive()
    }
}

impl<T> Serialize for Array<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        carry::write(self.memory.file(), serializer)
    }
}

impl<'de, T: FromBytes + IntoBytes> Deserialize<'de> for Array<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Array<T>, D::Error> {
        carry::read(deserializer, |file| Ok(Array { memory: Arc::new(Guarded::of(file, Kind::Many)?) }))
    }
}

/// The lock of an [`Array`], held until the guard is dropped. It dereferences to a slice. It cannot be sent to another thread.
///
/// ```
/// use multiprocess::shared::{Array, ArrayGuard};
///
/// fn raise(numbers: &mut ArrayGuard<'_, u32>) {
///     numbers.iter_mut().for_each(|number| *number += 1);
/// }
///
/// let numbers = Array::new(&[1, 2])?;
/// let mut guard = numbers.lock()?;
/// raise(&mut guard);
/// assert_eq!(*guard, [2, 3]);
/// # drop(guard);
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[must_use = "if it is dropped at once, the lock is free again"]
pub struct ArrayGuard<'a, T> {
    held: Held<'a, T>,
}

impl<T> Deref for ArrayGuard<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.held
    }
}

impl<T> DerefMut for ArrayGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.held
    }
}

impl<T: fmt::Debug> fmt::Debug for ArrayGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::carried::{reading, writing};
    use crate::wire::{decode, encode};

    #[test]
    fn it_has_the_values_in_another_mapping_too() {
        let array = Array::new(&[1_u16, 2, 3]).expect("there is memory");
        let (bytes, descriptors) = writing(|| encode(&array).expect("it can be written"));
        let other: Array<u16> = reading(descriptors, || decode(&bytes)).expect("it can be read");
        array.lock().expect("it is free")[1] = 7;
        assert_eq!(*other.lock().expect("it is free"), [1, 7, 3]);
        assert_eq!((other.len(), other.is_empty()), (3, false));
        assert!(matches!((array.lock(), other.try_lock()), (Ok(_), Err(LockError::Deadlock))));
    }

    #[test]
    fn an_array_may_be_empty_or_zeroed_but_not_larger_than_memory() {
        let none = Array::<u64>::new(&[]).expect("there is memory");
        assert!(none.is_empty() && none.lock().expect("it is free").is_empty());
        let zeroed = Array::<[u8; 3]>::zeroed(5).expect("there is memory");
        assert_eq!(*zeroed.lock().expect("it is free"), [[0; 3]; 5]);
        assert_eq!(Array::<()>::zeroed(9).expect("there is memory").lock().expect("it is free").len(), 9);
        assert!(Array::<u64>::zeroed(usize::MAX).is_err());
        assert!(Array::<u64>::zeroed(usize::MAX / 8).is_err());
    }
}
