//! Numbers in shared memory without a lock.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::atom::{Atom, Number, Place};
use crate::error::CreateError;
use crate::sync::carry;
use crate::sys::shared::{Mapping, shared_struct};

shared_struct! {
    struct Front {
        kind: AtomicU32,
        /// How many numbers there are. With the memory's length, it says how many bytes each of them has.
        count: AtomicU64,
    }
}

const ONE: u32 = 0x4d50_0040;
const MANY: u32 = 0x4d50_0041;

/// Where the numbers begin: with a cache line.
const NUMBERS: usize = 64;

const _: () = assert!(size_of::<Front>() <= NUMBERS);

/// Numbers in a mapping.
struct Numbers<T> {
    mapping: Mapping,
    count: usize,
    of: PhantomData<T>,
}

impl<T: Atom> Numbers<T> {
    fn new(kind: u32, count: usize) -> io::Result<Numbers<T>> {
        let length = length::<T>(count).ok_or(io::ErrorKind::OutOfMemory)?;
        let mapping = Mapping::new(c"multiprocess-numbers", length)?;
        let front: &Front = mapping.at(0);
        front.count.store(count as u64, Ordering::Relaxed);
        front.kind.store(kind, Ordering::Release);
        Ok(Numbers { mapping, count, of: PhantomData })
    }

    fn of(file: OwnedFd, kind: u32) -> io::Result<Numbers<T>> {
        let mapping = Mapping::of(file)?;
        if mapping.len() >= NUMBERS {
            let front: &Front = mapping.at(0);
            let count = usize::try_from(front.count.load(Ordering::Relaxed)).map_err(io::Error::other)?;
            if front.kind.load(Ordering::Acquire) == kind && length::<T>(count) == Some(mapping.len()) {
                return Ok(Numbers { mapping, count, of: PhantomData });
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "the memory is not for numbers of this size"))
    }

    #[inline]
    fn first(&self) -> Place<'_> {
        Place::new(&self.mapping, NUMBERS)
    }

    #[inline]
    fn place(&self, index: usize) -> Place<'_> {
        let count = self.count;
        assert!(index < count, "index out of bounds: the len is {count} but the index is {index}");
        Place::new(&self.mapping, NUMBERS + index * size_of::<T>())
    }

    fn range(&self, offset: usize, len: usize) -> Place<'_> {
        let Range { start, end } = offset..offset.saturating_add(len);
        let count = self.count;
        assert!(end <= count, "range {start}..{end} out of bounds for an array of {count}");
        Place::new(&self.mapping, NUMBERS + start * size_of::<T>())
    }
}

fn length<T>(count: usize) -> Option<usize> {
    size_of::<T>().checked_mul(count)?.checked_add(NUMBERS)
}

/// A number in shared memory that threads and processes read and change without a lock.
///
/// The methods work like those with the same names of the standard library's atomic types, such as [`AtomicU64`], with the same
/// [orderings](Ordering). Each operation takes place at one moment. A process that is killed has made its change or has not.
///
/// Python's `RawValue` has no operations of that kind: there, `+= 1` loses counts.
///
/// ```
/// use std::sync::atomic::Ordering;
///
/// use multiprocess::Process;
/// use multiprocess::shared::RawValue;
///
/// fn count(total: RawValue<u64>) {
///     for _ in 0..1000 {
///         total.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let total = RawValue::new(0)?;
///     let mut other = Process::new(count, (total.clone(),)).start()?;
///     count(total.clone());
///     other.join()?;
///     assert_eq!(total.load(Ordering::Relaxed), 2000);
///     Ok(())
/// }
/// ```
///
/// The number has a page of memory of its own, and a handle takes one descriptor in each process. An operation costs what an atomic
/// operation costs among threads.
pub struct RawValue<T> {
    numbers: Arc<Numbers<T>>,
}

impl<T: Atom> RawValue<T> {
    /// A number in new memory.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it.
    pub fn new(value: T) -> Result<RawValue<T>, CreateError> {
        let made = Numbers::new(ONE, 1);
        let numbers = made.map_err(CreateError::at("a shared number", "allocating its memory"))?;
        T::store(numbers.first(), value, Ordering::Release);
        Ok(RawValue { numbers: Arc::new(numbers) })
    }

    /// Reads the number. It panics for the orderings that [`AtomicU64::load`] panics for.
    #[inline]
    pub fn load(&self, order: Ordering) -> T {
        T::load(self.numbers.first(), order)
    }

    /// Writes the number. It panics for the orderings that [`AtomicU64::store`] panics for.
    #[inline]
    pub fn store(&self, value: T, order: Ordering) {
        T::store(self.numbers.first(), value, order);
    }

    /// Writes the number, and returns what it was.
    #[inline]
    pub fn swap(&self, value: T, order: Ordering) -> T {
        T::swap(self.numbers.first(), value, order)
    }

    /// Writes `new` if the number is `current`. Returns what it was, as an error if nothing was written.
    ///
    /// Floating-point numbers are compared by their bits, so 0.0 is not -0.0, and a NaN may be itself.
    #[inline]
    pub fn compare_exchange(&self, current: T, new: T, success: Ordering, failure: Ordering) -> Result<T, T> {
        T::compare_exchange(self.numbers.first(), current, new, [success, failure])
    }
}

impl<T: Number> RawValue<T> {
    /// Adds to the number, and returns what it was. Integers wrap around.
    #[inline]
    pub fn fetch_add(&self, value: T, order: Ordering) -> T {
        T::fetch_add(self.numbers.first(), value, order)
    }

    /// Subtracts from the number, and returns what it was. Integers wrap around.
    #[inline]
    pub fn fetch_sub(&self, value: T, order: Ordering) -> T {
        T::fetch_sub(self.numbers.first(), value, order)
    }

    /// Writes the larger one of the number and `value`, and returns what it was.
    #[inline]
    pub fn fetch_max(&self, value: T, order: Ordering) -> T {
        T::fetch_max(self.numbers.first(), value, order)
    }

    /// Writes the smaller one of the number and `value`, and returns what it was.
    #[inline]
    pub fn fetch_min(&self, value: T, order: Ordering) -> T {
        T::fetch_min(self.numbers.first(), value, order)
    }
}

/// An array of numbers in shared memory that threads and processes read and change without a lock.
///
/// Each number has the operations of a [`RawValue`], by its index. Many numbers are copied at once by
/// [`copy_to_slice`](RawArray::copy_to_slice) and [`copy_from_slice`](RawArray::copy_from_slice), at the speed of `memcpy`. There
/// are no references to the numbers, because other processes may write at any time. The counterpart of Python's
/// `multiprocessing.RawArray`.
///
/// ```
/// use std::sync::atomic::Ordering;
///
/// use multiprocess::Process;
/// use multiprocess::shared::RawArray;
///
/// fn fill(squares: RawArray<u64>, from: usize) {
///     for index in from..from + 500 {
///         squares.store(index, (index * index) as u64, Ordering::Relaxed);
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let squares = RawArray::zeroed(1000)?;
///     let mut lower = Process::new(fill, (squares.clone(), 0)).start()?;
///     let mut upper = Process::new(fill, (squares.clone(), 500)).start()?;
///     lower.join()?;
///     upper.join()?;
///     let mut last = [0; 2];
///     squares.copy_to_slice(998, &mut last);
///     assert_eq!(last, [998 * 998, 999 * 999]);
///     Ok(())
/// }
/// ```
///
/// Processes that write to neighboring numbers slow each other down, since they share a cache line of 64 bytes. Let each write to
/// a range of its own.
pub struct RawArray<T> {
    numbers: Arc<Numbers<T>>,
}

impl<T: Atom> RawArray<T> {
    /// A copy of the numbers in new memory.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it.
    pub fn new(values: &[T]) -> Result<RawArray<T>, CreateError> {
        let array = RawArray::zeroed(values.len())?;
        array.copy_from_slice(0, values);
        Ok(array)
    }

    /// That many numbers, all zero, or `false`.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it.
    pub fn zeroed(len: usize) -> Result<RawArray<T>, CreateError> {
        let made = Numbers::new(MANY, len);
        let numbers = made.map_err(CreateError::at("a shared array", "allocating its memory"))?;
        Ok(RawArray { numbers: Arc::new(numbers) })
    }

    /// How many numbers there are. It does not change.
    pub fn len(&self) -> usize {
        self.numbers.count
    }

    /// Whether there are no numbers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads a number. It panics if there is none at the index, and as [`RawValue::load`].
    #[inline]
    pub fn load(&self, index: usize, order: Ordering) -> T {
        T::load(self.numbers.place(index), order)
    }

    /// Writes a number. It panics if there is none at the index, and as [`RawValue::store`].
    #[inline]
    pub fn store(&self, index: usize, value: T, order: Ordering) {
        T::store(self.numbers.place(index), value, order);
    }

    /// Writes a number, and returns what it was. It panics if there is none at the index.
    #[inline]
    pub fn swap(&self, index: usize, value: T, order: Ordering) -> T {
        T::swap(self.numbers.place(index), value, order)
    }

    /// Writes `new` if the number is `current`, as [`RawValue::compare_exchange`]. It panics if there is none at the index.
    #[inline]
    pub fn compare_exchange(
        &self,
        index: usize,
        current: T,
        new: T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<T, T> {
        let place = self.numbers.place(index);
        T::compare_exchange(place, current, new, [success, failure])
    }

    /// Copies numbers out, from the offset on, as many as the slice has.
    ///
    /// The copy is not atomic. Numbers that another thread or process writes meanwhile may be old, new, or a mixture of both. Where
    /// that matters, agree on a time to read, for example by a [`Barrier`](crate::sync::Barrier). The orders of memory operations
    /// are those of [`Ordering::Relaxed`].
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn copy_to_slice(&self, offset: usize, into: &mut [T]) {
        T::read(self.numbers.range(offset, into.len()), into);
    }

    /// Copies all numbers of the slice in, from the offset on. What is said at [`copy_to_slice`](RawArray::copy_to_slice) holds for
    /// those who read meanwhile.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn copy_from_slice(&self, offset: usize, values: &[T]) {
        T::write(self.numbers.range(offset, values.len()), values);
    }
}

impl<T: Number> RawArray<T> {
    /// Adds to a number, and returns what it was. Integers wrap around. It panics if there is none at the index.
    #[inline]
    pub fn fetch_add(&self, index: usize, value: T, order: Ordering) -> T {
        T::fetch_add(self.numbers.place(index), value, order)
    }

    /// Subtracts from a number, and returns what it was. Integers wrap around. It panics if there is none at the index.
    #[inline]
    pub fn fetch_sub(&self, index: usize, value: T, order: Ordering) -> T {
        T::fetch_sub(self.numbers.place(index), value, order)
    }

    /// Writes the larger one of a number and `value`, and returns what it was. It panics if there is none at the index.
    #[inline]
    pub fn fetch_max(&self, index: usize, value: T, order: Ordering) -> T {
        T::fetch_max(self.numbers.place(index), value, order)
    }

    /// Writes the smaller one of a number and `value`, and returns what it was. It panics if there is none at the index.
    #[inline]
    pub fn fetch_min(&self, index: usize, value: T, order: Ordering) -> T {
        T::fetch_min(self.numbers.place(index), value, order)
    }
}

impl<T> Clone for RawValue<T> {
    fn clone(&self) -> RawValue<T> {
        RawValue { numbers: Arc::clone(&self.numbers) }
    }
}

impl<T> Clone for RawArray<T> {
    fn clone(&self) -> RawArray<T> {
        RawArray { numbers: Arc::clone(&self.numbers) }
    }
}

impl<T: Atom + fmt::Debug> fmt::Debug for RawValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawValue").field(&self.load(Ordering::Relaxed)).finish()
    }
}

impl<T> fmt::Debug for RawArray<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawArray").field("len", &self.numbers.count).finish_non_exhaustive()
    }
}

impl<T> Serialize for RawValue<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        carry::write(self.numbers.mapping.file(), serializer)
    }
}

impl<'de, T: Atom> Deserialize<'de> for RawValue<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawValue<T>, D::Error> {
        carry::read(deserializer, |file| Ok(RawValue { numbers: Arc::new(Numbers::of(file, ONE)?) }))
    }
}

impl<T> Serialize for RawArray<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        carry::write(self.numbers.mapping.file(), serializer)
    }
}

impl<'de, T: Atom> Deserialize<'de> for RawArray<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawArray<T>, D::Error> {
        carry::read(deserializer, |file| Ok(RawArray { numbers: Arc::new(Numbers::of(file, MANY)?) }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;
    use crate::wire::carried::{reading, writing};
    use crate::wire::{decode, encode};

    #[test]
    fn a_number_is_one_in_both_mappings_and_of_one_size() {
        let number = RawValue::new(7_i16).expect("there is memory");
        let carried = || writing(|| encode(&number).expect("it can be written"));
        let (bytes, descriptors) = carried();
        let other: RawValue<i16> = reading(descriptors, || decode(&bytes)).expect("it can be read");
        assert_eq!(other.swap(-3, Relaxed), 7);
        assert_eq!(number.load(Relaxed), -3);
        let (bytes, descriptors) = carried();
        assert!(reading(descriptors, || decode::<RawValue<u32>>(&bytes)).is_err());
        let (bytes, descriptors) = carried();
        assert!(reading(descriptors, || decode::<RawArray<i16>>(&bytes)).is_err());
    }

    #[test]
    fn each_type_calculates_as_it_does_elsewhere() {
        macro_rules! check {
            ($($number:ty),*) => {$(
                let number = RawValue::new(5 as $number).expect("there is memory");
                assert_eq!(number.fetch_add(3 as $number, Relaxed), 5 as $number);
                assert_eq!(number.fetch_sub(2 as $number, Relaxed), 8 as $number);
                assert_eq!(number.fetch_max(9 as $number, Relaxed), 6 as $number);
                assert_eq!(number.fetch_min(4 as $number, Relaxed), 9 as $number);
                let wrong = number.compare_exchange(1 as $number, 2 as $number, Relaxed, Relaxed);
                assert_eq!(wrong, Err(4 as $number));
                let right = number.compare_exchange(4 as $number, 2 as $number, Relaxed, Relaxed);
                assert_eq!((right, number.load(Relaxed)), (Ok(4 as $number), 2 as $number));
            )*};
        }
        check!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, f32, f64);
        let stop = RawValue::new(false).expect("there is memory");
        assert!(!stop.swap(true, Relaxed) && stop.load(Relaxed));
        assert_eq!(stop.compare_exchange(false, true, Relaxed, Relaxed), Err(true));
    }

    #[test]
    fn no_addition_is_lost() {
        let (whole, parts) = (RawValue::new(0_u64).expect("memory"), RawValue::new(0.0_f64).expect("memory"));
        let start = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    start.wait();
                    for _ in 0..100_000 {
                        whole.fetch_add(1, Relaxed);
                        parts.fetch_add(0.5, Relaxed);
                    }
                });
            }
        });
        assert_eq!((whole.load(Relaxed), parts.load(Relaxed)), (400_000, 200_000.0));
    }

    #[test]
    fn ranges_are_copied_and_what_is_outside_is_refused() {
        let array = RawArray::new(&[1.0_f32, 2.0, 3.0, 4.0]).expect("there is memory");
        array.copy_from_slice(1, &[7.0, 8.0]);
        let mut copy = [0.0; 4];
        array.copy_to_slice(0, &mut copy);
        assert_eq!(copy, [1.0, 7.0, 8.0, 4.0]);
        array.copy_to_slice(4, &mut []);
        let outside = |act: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)).is_err();
        assert!(outside(&|| array.copy_from_slice(3, &[0.0; 2])));
        assert!(outside(&|| array.copy_from_slice(usize::MAX, &[0.0; 2])));
        assert!(outside(&|| assert_eq!(array.load(4, Relaxed), 0.0)));
        let flags = RawArray::new(&[true, false]).expect("there is memory");
        let mut copy = [false; 2];
        flags.copy_to_slice(0, &mut copy);
        assert_eq!(copy, [true, false]);
        assert!(RawArray::<u8>::zeroed(0).expect("there is memory").is_empty());
        assert!(RawArray::<u64>::zeroed(usize::MAX).is_err());
    }
}
