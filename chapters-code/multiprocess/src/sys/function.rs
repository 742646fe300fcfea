//! A function of one process, found again in another process of the same build.
//!
//! Code lies at another address in each process, but at the same offset from where its executable was loaded. For
//! each kind of target the compiler writes one [`Callable`] into the executable's read-only data; its offset goes
//! to the child, which looks there and believes what it finds only if everything about it is right.

use std::any::type_name;
use std::os::fd::OwnedFd;

use super::image::{Image, image};
use crate::error::{Panic, Refusal};

/// Takes the serialized arguments with the descriptors that they hold, and an empty buffer. Gives the serialized result in
/// that buffer.
pub(crate) type Entry = fn(&[u8], Vec<OwnedFd>, Vec<u8>) -> Result<Vec<u8>, Refusal>;

/// Makes calls one after the other.
pub(crate) type Many = for<'a> fn(&mut dyn Calls<'a>);

/// Calls of one target that are to be made one after the other, without descriptors.
pub(crate) trait Calls<'a> {
    /// The serialized arguments of the next call, if there is one.
    fn next(&mut self) -> Option<&'a [u8]>;

    /// Where its serialized result is to be written, behind what is there.
    fn results(&mut self) -> &mut Vec<u8>;

    /// It has been made. If it gave no result, what has been written meanwhile is part of none.
    fn made(&mut self, made: Result<(), NoResult>);
}

/// Why a call gave no result.
pub(crate) enum NoResult {
    Panicked(Panic),
    Refused(Refusal),
}

/// One target: how to call it, and what it is called.
#[repr(C)]
pub(crate) struct Callable {
    magic: [u64; 2],
    entry: Entry,
    many: Many,
    name: fn() -> &'static str,
}

/// Bytes that stand for nothing else in an executable.
const MAGIC: [u64; 2] = [0x6d75_6c74_6970_726f, 0x8f3b_51c6_e2a7_04d9];

impl Callable {
    /// The target type `F`, whose arguments and result `entry` and `many` take and give as bytes.
    pub(crate) const fn new<F>(entry: Entry, many: Many) -> Callable {
        Callable { magic: MAGIC, entry, many, name: type_name::<F> }
    }

    /// The target's type name, such as `hello::my_process`.
    pub(crate) fn name(&self) -> &'static str {
        (self.name)()
    }

    pub(crate) fn entry(&self) -> Entry {
        self.entry
    }

    pub(crate) fn many(&self) -> Many {
        self.many
    }

    /// Where the executable holds it; `None` if a shared library holds it.
    pub(crate) fn offset(&'static self) -> Option<u64> {
        image().offset_of(self)
    }

    /// The target at an offset, if it is the one called `name`.
    pub(crate) fn find(offset: u64, name: &str) -> Option<&'static Callable> {
        Callable::find_in(image(), offset).filter(|found| found.name() == name)
    }

    fn find_in(image: &Image, offset: u64) -> Option<&'static Callable> {
        let address = image.address_at::<Callable>(offset)?;
        let words = std::ptr::with_exposed_provenance::<[usize; 3]>(address + size_of::<[u64; 2]>());
        // SAFETY: all of it lies in a loaded segment of the executable and is aligned; any bytes are valid numbers.
        let (magic, functions) = unsafe { (*std::ptr::with_exposed_provenance::<[u64; 2]>(address), *words) };
        if magic != MAGIC || !functions.iter().all(|&function| image.is_code(function)) {
            return None;
        }
        // SAFETY: the magic marks what `new` made, in a build whose identity the caller has compared with that of
        // the process which sent the offset, and all functions point into the executable's code.
        Some(unsafe { &*std::ptr::with_exposed_provenance::<Callable>(address) })
    }
}

/// Keeps a program from being built that has a target with data in it. To be evaluated in a `const` of each generic function
/// that a program calls with a target: the compiler names the call of the function that such a `const` is in.
pub(crate) const fn expect_plain<F>() {
    assert!(
        size_of::<F>() == 0,
        "a target is a plain function: name the function itself, not a pointer to it, and pass data as arguments, not as \
         captured variables"
    );
}

/// The value of a target type, made anew.
///
/// # Safety
/// A value of `F` must exist, or have existed, in a process of this program that asks this one to call it: then `F`
/// has values. The type has no bytes, is `Copy`, and, being a function item or a closure, is nothing more than the name of
/// its code, except for a closure that captured a zero-sized value; `Process::new` documents what that means.
pub(crate) unsafe fn zero_sized<F: Copy + 'static>() -> F {
    assert_eq!(size_of::<F>(), 0, "`expect_plain` has been evaluated for it");
    // SAFETY: a read of no bytes from a well-aligned pointer; that the type has values is the caller's promise.
    unsafe { std::ptr::dangling::<F>().read() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &[u8], _: Vec<OwnedFd>, buffer: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        Ok(buffer)
    }

    fn none(_: &mut dyn Calls<'_>) {}

    static HERE: Callable = Callable::new::<u8>(nothing, none);

    #[test]
    fn a_callable_is_found_by_its_offset_and_name() {
        let offset = HERE.offset().expect("it lies in the executable");
        assert!(std::ptr::eq(Callable::find(offset, "u8").expect("it is there"), &raw const HERE));
    }

    #[test]
    fn nothing_else_is_taken_for_a_callable() {
        let offset = HERE.offset().expect("it lies in the executable");
        assert!(Callable::find(offset, "u16").is_none(), "another name");
        for wrong in [offset + 1, offset + 8, offset - 8, offset.wrapping_add(1 << 40), 0, u64::MAX] {
            assert!(Callable::find(wrong, "u8").is_none(), "offset {wrong:#x}");
        }
    }

    #[test]
    fn a_marked_place_whose_functions_are_no_code_is_refused() {
        #[repr(C)]
        struct Forged([u64; 2], [usize; 3]);
        static FORGED: Forged = Forged(MAGIC, [8, 8, 8]);
        let offset = image().offset_of(&FORGED).expect("it lies in the executable");
        assert!(Callable::find(offset, "u8").is_none());
    }
}
