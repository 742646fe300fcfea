//! The numbers that can be changed without a lock.

use std::sync::atomic::*;

use zerocopy::IntoBytes;

use crate::sys::shared::{Mapping, Shared};

/// A number that a processor reads and writes in one step: an integer of 8 to 64 bits, `usize`, `isize`, `f32`, `f64`, or `bool`.
///
/// The trait is implemented for these types and cannot be implemented for others.
///
/// ```
/// use std::sync::atomic::Ordering;
///
/// use multiprocess::shared::{Atom, RawValue};
///
/// fn take<T: Atom + Default>(value: &RawValue<T>) -> T {
///     value.swap(T::default(), Ordering::Relaxed)
/// }
///
/// assert_eq!(take(&RawValue::new(7_u16)?), 7);
/// assert_eq!(take(&RawValue::new(true)?), true);
/// # Ok::<(), multiprocess::CreateError>(())
/// ```
pub trait Atom: Cell {}

/// An [`Atom`] to calculate with: any but `bool`.
///
/// ```
/// use std::sync::atomic::Ordering;
///
/// use multiprocess::shared::{Number, RawValue};
///
/// fn add<T: Number>(total: &RawValue<T>, more: T) -> T {
///     total.fetch_add(more, Ordering::Relaxed)
/// }
///
/// let total = RawValue::new(1.5)?;
/// assert_eq!(add(&total, 2.0), 1.5);
/// assert_eq!(total.load(Ordering::Relaxed), 3.5);
/// # Ok::<(), multiprocess::CreateError>(())
/// ```
pub trait Number: Atom + Arithmetic {}

/// A place in shared memory. Not nameable outside.
///
/// # Examples
///
/// See [`Atom`].
#[derive(Clone, Copy)]
pub struct Place<'a> {
    memory: &'a Mapping,
    at: usize,
}

impl<'a> Place<'a> {
    #[inline]
    pub(super) fn new(memory: &'a Mapping, at: usize) -> Place<'a> {
        Place { memory, at }
    }

    #[inline]
    fn cell<T: Shared>(self) -> &'a T {
        self.memory.at(self.at)
    }

    fn after(self, bytes: usize) -> Place<'a> {
        Place { at: self.at + bytes, ..self }
    }
}

/// How it is read and written at its place in shared memory. Not nameable outside.
///
/// # Examples
///
/// See [`Atom`].
pub trait Cell: Copy + Send + Sync + 'static {
    fn load(place: Place<'_>, order: Ordering) -> Self;
    fn store(place: Place<'_>, value: Self, order: Ordering);
    fn swap(place: Place<'_>, value: Self, order: Ordering) -> Self;
    fn compare_exchange(
        place: Place<'_>,
        current: Self,
        new: Self,
        orders: [Ordering; 2],
    ) -> Result<Self, Self>;
    fn read(place: Place<'_>, into: &mut [Self]);
    fn write(place: Place<'_>, values: &[Self]);
}

/// How it is calculated with there.
///
/// # Examples
///
/// See [`Number`].
pub trait Arithmetic: Cell {
    fn fetch_add(place: Place<'_>, value: Self, order: Ordering) -> Self;
    fn fetch_sub(place: Place<'_>, value: Self, order: Ordering) -> Self;
    fn fetch_max(place: Place<'_>, value: Self, order: Ordering) -> Self;
    fn fetch_min(place: Place<'_>, value: Self, order: Ordering) -> Self;
}

/// Implements the operations for a number by those of an atomic one, and what goes in and comes out.
macro_rules! cell {
    ($number:ty, $atomic:ty, $to:expr, $from:expr, { $($copies:item)* }) => {
        impl Atom for $number {}

        impl Cell for $number {
            #[inline]
            fn load(place: Place<'_>, order: Ordering) -> Self {
                $from(place.cell::<$atomic>().load(order))
            }

            #[inline]
            fn store(place: Place<'_>, value: Self, order: Ordering) {
                place.cell::<$atomic>().store($to(value), order);
            }

            #[inline]
            fn swap(place: Place<'_>, value: Self, order: Ordering) -> Self {
                $from(place.cell::<$atomic>().swap($to(value), order))
            }

            #[inline]
            fn compare_exchange(
                place: Place<'_>,
                current: Self,
                new: Self,
                [success, failure]: [Ordering; 2],
            ) -> Result<Self, Self> {
                let cell = place.cell::<$atomic>();
                cell.compare_exchange($to(current), $to(new), success, failure).map($from).map_err($from)
            }

            $($copies)*
        }
    };
}

/// Any bytes are such a number, so many are copied as bytes.
macro_rules! plain {
    ($number:ty, $atomic:ty, $to:expr, $from:expr) => {
        cell!($number, $atomic, $to, $from, {
            fn read(place: Place<'_>, into: &mut [Self]) {
                place.memory.read_racing(place.at, into.as_mut_bytes());
            }

            fn write(place: Place<'_>, values: &[Self]) {
                place.memory.write_racing(place.at, values.as_bytes());
            }
        });

        impl Number for $number {}
    };
}

macro_rules! integers {
    ($($number:ty: $atomic:ty),*) => {$(
        plain!($number, $atomic, std::convert::identity, std::convert::identity);

        impl Arithmetic for $number {
            #[inline]
            fn fetch_add(place: Place<'_>, value: Self, order: Ordering) -> Self {
                place.cell::<$atomic>().fetch_add(value, order)
            }

            #[inline]
            fn fetch_sub(place: Place<'_>, value: Self, order: Ordering) -> Self {
                place.cell::<$atomic>().fetch_sub(value, order)
            }

            #[inline]
            fn fetch_max(place: Place<'_>, value: Self, order: Ordering) -> Self {
                place.cell::<$atomic>().fetch_max(value, order)
            }

            #[inline]
            fn fetch_min(place: Place<'_>, value: Self, order: Ordering) -> Self {
                place.cell::<$atomic>().fetch_min(value, order)
            }
        }
    )*};
}
integers!(u8: AtomicU8, u16: AtomicU16, u32: AtomicU32, u64: AtomicU64, usize: AtomicUsize);
integers!(i8: AtomicI8, i16: AtomicI16, i32: AtomicI32, i64: AtomicI64, isize: AtomicIsize);

/// No processor calculates with these in one step: it is tried until no other has come in between.
macro_rules! floats {
    ($($number:ident: $atomic:ty),*) => {$(
        plain!($number, $atomic, $number::to_bits, $number::from_bits);

        impl Arithmetic for $number {
            fn fetch_add(place: Place<'_>, value: Self, order: Ordering) -> Self {
                change(place, order, |number| number + value)
            }

            fn fetch_sub(place: Place<'_>, value: Self, order: Ordering) -> Self {
                change(place, order, |number| number - value)
            }

            fn fetch_max(place: Place<'_>, value: Self, order: Ordering) -> Self {
                change(place, order, |number: Self| number.max(value))
            }

            fn fetch_min(place: Place<'_>, value: Self, order: Ordering) -> Self {
                change(place, order, |number: Self| number.min(value))
            }
        }
    )*};
}
floats!(f32: AtomicU32, f64: AtomicU64);

fn change<T: Cell>(place: Place<'_>, order: Ordering, to: impl Fn(T) -> T) -> T {
    let mut current = T::load(place, Ordering::Relaxed);
    loop {
        match T::compare_exchange(place, current, to(current), [order, Ordering::Relaxed]) {
            Ok(before) => return before,
            Err(now) => current = now,
        }
    }
}

// Any other byte than 0 and 1 is no `bool`, so it goes through a number.
cell!(bool, AtomicU8, u8::from, |byte| byte != 0, {
    fn read(place: Place<'_>, into: &mut [bool]) {
        for (index, value) in into.iter_mut().enumerate() {
            *value = bool::load(place.after(index), Ordering::Relaxed);
        }
    }

    fn write(place: Place<'_>, values: &[bool]) {
        for (index, &value) in values.iter().enumerate() {
            bool::store(place.after(index), value, Ordering::Relaxed);
        }
    }
});
