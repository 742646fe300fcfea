//! Values in shared memory that belong to whoever holds the lock in front of them.
//!
//! The thread that holds the lock may use the values by reference, as behind a [`std::sync::Mutex`]: every other thread, of
//! whatever process, takes the lock first. A holder that is killed, or panics, leaves a mark, the poison, that stays until it is
//! taken away.

use std::ffi::CStr;
use std::io;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;

use zerocopy::{FromBytes, IntoBytes};

use super::robust::{Again, Patience, Robust, Taken};
use super::shared::{Mapping, shared_struct};
use crate::error::LockError;

shared_struct! {
    /// What the memory begins with.
    struct Front {
        /// Which type the memory is of.
        kind: AtomicU32,
        /// Not zero once a holder was killed or has panicked.
        poisoned: AtomicU32,
        /// How many values there are. With the memory's length, it says how many bytes each of them has.
        count: AtomicU64,
        lock: Robust,
    }
}

/// Which type the memory is of, so that one is not taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Kind {
    One = 0x4d50_0001,
    Many = 0x4d50_0002,
    /// Nothing is guarded, and the holder may take the lock again.
    Counted = 0x4d50_0003,
}

/// A mapping of the memory, with the lock and the values.
pub(crate) struct Guarded<T> {
    mapping: ManuallyDrop<Mapping>,
    values: NonNull<T>,
    count: usize,
    /// Whether there are guards, and if the lock counts, how many. Those that are left when the mapping goes were forgotten.
    guards: AtomicU32,
    counted: bool,
    /// `Send` and `Sync` as a lock in this process's memory would be.
    like: PhantomData<std::sync::Mutex<T>>,
}

// SAFETY: the pointer is to a mapping, which belongs to the process. The values may be sent, and so may the lock with them.
unsafe impl<T: Send> Send for Guarded<T> {}
// SAFETY: one thread at a time gets references to the values, as from a `std::sync::Mutex`.
unsafe impl<T: Send> Sync for Guarded<T> {}

impl<T: FromBytes + IntoBytes> Guarded<T> {
    /// Where the values begin.
    const OFFSET: usize = {
        // A mapping begins with a page, and a page is at least so large.
        assert!(align_of::<T>() <= 4096, "what is shared cannot be aligned to more than 4096 bytes");
        size_of::<Front>().next_multiple_of(align_of::<T>())
    };

    /// That many values, whose bytes are all zero, and a lock that is free.
    pub(crate) fn new(name: &CStr, kind: Kind, count: usize) -> io::Result<Guarded<T>> {
        assert!(kind != Kind::Counted || size_of::<T>() == 0, "holding it twice would give two references");
        let length = Self::length(count).ok_or(io::ErrorKind::OutOfMemory)?;
        let mapping = Mapping::new(name, length)?;
        let front: &Front = mapping.at(0);
        front.count.store(count as u64, Ordering::Relaxed);
        front.lock.set_up(if kind == Kind::Counted { Again::Counted } else { Again::Refused })?;
        front.kind.store(kind as u32, Ordering::Release);
        Ok(Self::over(mapping, kind, count))
    }

    /// The memory that another handle has made.
    pub(crate) fn of(file: OwnedFd, kind: Kind) -> io::Result<Guarded<T>> {
        let wrong = |what| io::Error::new(io::ErrorKind::InvalidData, what);
        let mapping = Mapping::of(file)?;
        if mapping.len() < size_of::<Front>() {
            return Err(wrong("the memory is too short"));
        }
        let front: &Front = mapping.at(0);
        if front.kind.load(Ordering::Acquire) != kind as u32 {
            return Err(wrong("the memory is of another type"));
        }
        let count = usize::try_from(front.count.load(Ordering::Relaxed)).map_err(io::Error::other)?;
        if Self::length(count) != Some(mapping.len()) {
            return Err(wrong("the memory is for values of another size"));
        }
        Ok(Self::over(mapping, kind, count))
    }

    fn over(mapping: Mapping, kind: Kind, count: usize) -> Guarded<T> {
        let values = mapping.pointer(Self::OFFSET..mapping.len()).cast();
        let (mapping, guards) = (ManuallyDrop::new(mapping), AtomicU32::new(0));
        Guarded { mapping, values, count, guards, counted: kind == Kind::Counted, like: PhantomData }
    }

    fn length(count: usize) -> Option<usize> {
        size_of::<T>().checked_mul(count)?.checked_add(Self::OFFSET)
    }

    /// Takes the lock. If it is poisoned, the error has the guard.
    #[inline]
    pub(crate) fn take(&self, patience: Patience) -> Result<Held<'_, T>, LockError<Held<'_, T>>> {
        let front = self.front();
        match front.lock.take(patience) {
            Taken::Held => {}
            // First of all, so that it is not forgotten if this thread is killed, too.
            Taken::Abandoned => front.poisoned.store(1, Ordering::Relaxed),
            Taken::Busy if patience == Patience::None => return Err(LockError::WouldBlock),
            Taken::Busy => return Err(LockError::TimedOut),
            Taken::Own => return Err(LockError::Deadlock),
            Taken::Failed(source) => return Err(LockError::System { source }),
        }
        if self.counted {
            self.guards.fetch_add(1, Ordering::Relaxed);
        } else {
            // Cheaper by half the time of a lock. No other thread does this while this one holds the lock.
            self.guards.store(1, Ordering::Relaxed);
        }
        let held = Held { memory: self, panicking: thread::panicking(), not_send: PhantomData };
        if front.poisoned.load(Ordering::Relaxed) == 0 { Ok(held) } else { Err(LockError::Poisoned(held)) }
    }
}

impl<T> Guarded<T> {
    #[inline]
    fn front(&self) -> &Front {
        self.mapping.at(0)
    }

    pub(crate) fn file(&self) -> BorrowedFd<'_> {
        self.mapping.file()
    }

    /// How many values there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn is_poisoned(&self) -> bool {
        self.front().poisoned.load(Ordering::Relaxed) != 0
    }

    pub(crate) fn clear_poison(&self) {
        self.front().poisoned.store(0, Ordering::Relaxed);
    }
}

impl<T> Drop for Guarded<T> {
    fn drop(&mut self) {
        // SAFETY: it is not used again.
        let mapping = unsafe { ManuallyDrop::take(&mut self.mapping) };
        // A guard was forgotten. The C library's list of the locks that the thread holds leads through this memory.
        if *self.guards.get_mut() > 0 && mapping.at::<Front>(0).lock.is_held_here() {
            mapping.leak();
        }
    }
}

/// The lock, held by this thread until it is dropped.
pub(crate) struct Held<'a, T> {
    memory: &'a Guarded<T>,
    /// Whether the thread was panicking already when it took the lock: then the panic says nothing about the values.
    panicking: bool,
    /// A lock is let go of by the thread that has taken it.
    not_send: PhantomData<*mut ()>,
}

// SAFETY: by reference it gives references to the values only, which are `Sync`.
unsafe impl<T: Sync> Sync for Held<'_, T> {}

impl<'a, T> Held<'a, T> {
    pub(crate) fn memory(&self) -> &'a Guarded<T> {
        self.memory
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        let memory = self.memory;
        // SAFETY: `of` and `new` have compared the number with the mapping's length, and the place is aligned. Any bytes are values,
        // since `T` is `FromBytes`. This thread holds the lock, so no other writes. A lock that can be held twice guards nothing.
        unsafe { std::slice::from_raw_parts(memory.values.as_ptr(), memory.count) }
    }
}

impl<T> DerefMut for Held<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        let memory = self.memory;
        // SAFETY: as in `deref`; the guard is borrowed as a whole, so it gives no other reference meanwhile.
        unsafe { std::slice::from_raw_parts_mut(memory.values.as_ptr(), memory.count) }
    }
}

impl<T> Drop for Held<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let front = self.memory.front();
        if !self.panicking && thread::panicking() {
            front.poisoned.store(1, Ordering::Relaxed);
        }
        if self.memory.counted {
            self.memory.guards.fetch_sub(1, Ordering::Relaxed);
            front.lock.let_go();
        } else {
            self.memory.guards.store(0, Ordering::Relaxed);
            if !front.lock.let_go() {
                // The copy of a guard in a forked process. Another thread may have a guard that was meant by the number.
                self.memory.guards.store(1, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_another_kind_or_size_is_refused() {
        let copy = |guarded: &Guarded<u32>| guarded.file().try_clone_to_owned().expect("a number is free");
        let one = Guarded::<u32>::new(c"test", Kind::Many, 4).expect("there is memory");
        assert_eq!(Guarded::<u32>::of(copy(&one), Kind::Many).expect("it is the same").count(), 4);
        assert!(Guarded::<u32>::of(copy(&one), Kind::One).is_err());
        assert!(Guarded::<u64>::of(copy(&one), Kind::Many).is_err());
        assert!(Guarded::<[u32; 4]>::of(copy(&one), Kind::Many).is_err());
        one.front().count.store(u64::MAX, Ordering::Relaxed);
        assert!(Guarded::<u32>::of(copy(&one), Kind::Many).is_err());
        let short = Mapping::new(c"test", 8).expect("there is memory");
        let short = short.file().try_clone_to_owned().expect("a number is free");
        assert!(Guarded::<u32>::of(short, Kind::Many).is_err());
        assert!(Guarded::<u64>::new(c"test", Kind::Many, usize::MAX / 4).is_err());
    }

    #[test]
    fn a_large_alignment_is_kept() {
        #[derive(FromBytes, IntoBytes)]
        #[repr(C, align(256))]
        struct Aligned([u8; 256]);
        let one = Guarded::<Aligned>::new(c"test", Kind::Many, 3).expect("there is memory");
        let held = one.take(Patience::None).expect("it is free");
        assert_eq!((held.as_ptr().addr() % 256, held.len()), (0, 3));
    }

    /// Without the leak, the next lock or the end of the thread writes to memory that is gone.
    #[test]
    fn memory_stays_while_a_forgotten_guard_holds_its_lock() {
        let forgotten = Guarded::<u32>::new(c"test", Kind::One, 1).expect("there is memory");
        let other = Guarded::<u32>::new(c"test", Kind::One, 1).expect("there is memory");
        let file = forgotten.file().try_clone_to_owned().expect("a number is free");
        let in_another_mapping = Guarded::<u32>::of(file, Kind::One).expect("it is the same");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::mem::forget(forgotten.take(Patience::None).expect("it is free"));
                drop(forgotten);
                drop(other.take(Patience::None).expect("it is free"));
            });
        });
        let soon = std::time::Instant::now() + std::time::Duration::from_secs(30);
        assert!(matches!(in_another_mapping.take(Patience::Until(soon)), Err(LockError::Poisoned(_))));
    }
}
