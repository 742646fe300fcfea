//! Memory that processes share: a file in memory, mapped by each of them
//! ([mmap(2)](https://man7.org/linux/man-pages/man2/mmap.2.html), `MAP_SHARED`).
//!
//! The file's length is sealed, so no holder of its descriptor can take the memory away from the others. Its pages are allocated
//! when it is made, so touching them later does not fail. Nobody has to clean up: the file is gone with its last descriptor and its
//! last mapping.
//!
//! Other processes may write at any time. So there are no plain references into the memory, but only to what is [`Shared`], and
//! copies of bytes.

use std::ffi::CStr;
use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{
    AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32, AtomicU64,
    AtomicUsize,
};

use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use rustix::fs::{FallocateFlags, MemfdFlags, SealFlags};

use super::{memfd, racing};

/// What may be looked at by reference while other processes write to it.
///
/// # Safety
/// Any bytes are a value of the type, and it changes by atomic operations, or in a cell.
pub(crate) unsafe trait Shared {}

macro_rules! shared {
    ($($atomic:ty),*) => {$(
        // SAFETY: any bytes are a number, and it is changed by atomic operations only.
        unsafe impl Shared for $atomic {}
    )*};
}
shared!(AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize);
shared!(AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize);
// SAFETY: as its elements are.
unsafe impl<T: Shared, const N: usize> Shared for [T; N] {}

/// Defines a structure that lies in shared memory. Each field must be [`Shared`] itself.
macro_rules! shared_struct {
    ($(#[$outer:meta])* $visibility:vis struct $name:ident {
        $($(#[$inner:meta])* $field_visibility:vis $field:ident: $type:ty),* $(,)?
    }) => {
        $(#[$outer])*
        #[repr(C)]
        $visibility struct $name { $($(#[$inner])* $field_visibility $field: $type),* }

        #[expect(unsafe_code, reason = "every field is shared, which the constant below checks")]
        // SAFETY: any bytes are a value of each field, and each changes in the ways that are allowed.
        unsafe impl $crate::sys::shared::Shared for $name {}

        const _: () = {
            const fn is_shared<T: $crate::sys::shared::Shared>() {}
            $(is_shared::<$type>();)*
        };
    };
}
pub(crate) use shared_struct;

/// The seals of the file. Without `SEAL`, a holder could still forbid writing.
const SEALS: SealFlags = SealFlags::GROW.union(SealFlags::SHRINK).union(SealFlags::SEAL);

/// A mapping, and the file.
#[derive(Debug)]
pub(crate) struct Mapping {
    start: NonNull<u8>,
    length: NonZeroUsize,
    file: OwnedFd,
}

// SAFETY: a mapping belongs to the process, not to a thread.
unsafe impl Send for Mapping {}
// SAFETY: it is written through what is `Shared`, and by copies whose callers see to it that nobody else uses the bytes.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// New memory of that length, all zero.
    pub(crate) fn new(name: &CStr, length: usize) -> io::Result<Mapping> {
        let too_long = || io::Error::from(io::ErrorKind::OutOfMemory);
        let bytes = u64::try_from(length).map_err(|_| too_long())?;
        if i64::try_from(bytes).is_err() {
            return Err(too_long());
        }
        memfd::allows_length(bytes)?;
        let file = memfd::create_with(name, MemfdFlags::ALLOW_SEALING)?;
        rustix::fs::ftruncate(&file, bytes)?;
        if length > 0 {
            loop {
                match rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, bytes) {
                    Err(rustix::io::Errno::INTR) => {}
                    done => break done?,
                }
            }
        }
        rustix::fs::fcntl_add_seals(&file, SEALS)?;
        Mapping::map(file)
    }

    /// The memory that another process has made.
    pub(crate) fn of(file: OwnedFd) -> io::Result<Mapping> {
        if !rustix::fs::fcntl_get_seals(&file)?.contains(SEALS) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its length is not sealed"));
        }
        Mapping::map(file)
    }

    fn map(file: OwnedFd) -> io::Result<Mapping> {
        let length = usize::try_from(rustix::fs::fstat(&file)?.st_size).map_err(io::Error::other)?;
        let length = NonZeroUsize::new(length)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it has no length"))?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: the kernel chooses a place that is free. The file's length is sealed, so its pages stay.
        let start = unsafe { mmap(None, length, access, MapFlags::MAP_SHARED, &file, 0) }?;
        Ok(Mapping { start: start.cast(), length, file })
    }

    pub(crate) fn len(&self) -> usize {
        self.length.get()
    }

    pub(crate) fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// What lies at that place.
    ///
    /// # Panics
    /// If it does not lie inside, or is not aligned.
    #[inline]
    pub(crate) fn at<T: Shared>(&self, offset: usize) -> &T {
        let place = self.place(offset, size_of::<T>()).cast::<T>();
        assert!(place.is_aligned(), "{offset} is not aligned");
        // SAFETY: it lies inside the mapping, which lives as long as the reference. That it is `Shared` says that any bytes are a
        // value, and that writes by others are no race.
        unsafe { place.as_ref() }
    }

    /// Copies bytes out. If others write to them meanwhile, what is copied is a mixture.
    pub(crate) fn read(&self, offset: usize, into: &mut [u8]) {
        let from = self.place(offset, into.len());
        // SAFETY: both ranges have that length, and a caller's buffer is not in the mapping. Bytes that another process writes
        // meanwhile are outside of this program's memory model; the copy then has some of the old and some of the new.
        unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), into.as_mut_ptr(), into.len()) };
    }

    /// Copies bytes out, behind those that are in the vector.
    pub(crate) fn append(&self, offset: usize, length: usize, to: &mut Vec<u8>) {
        let from = self.place(offset, length);
        to.reserve(length);
        let end = to.len();
        // SAFETY: as in `read`. There is room for the bytes behind the last one, and then they are initialized.
        unsafe {
            std::ptr::copy_nonoverlapping(from.as_ptr(), to.as_mut_ptr().add(end), length);
            to.set_len(end + length);
        }
    }

    /// Copies bytes in.
    #[inline]
    pub(crate) fn write(&self, offset: usize, bytes: &[u8]) {
        let to = self.place(offset, bytes.len()).as_ptr();
        match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            // A few bytes are copied as two parts, which may overlap, without a call of memcpy.
            // SAFETY: as in `read`; there are at least eight bytes.
            (Some(front), Some(back)) if bytes.len() <= 16 => unsafe {
                to.cast::<[u8; 8]>().write_unaligned(*front);
                to.add(bytes.len() - 8).cast::<[u8; 8]>().write_unaligned(*back);
            },
            // SAFETY: as in `read`.
            _ => unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) },
        }
    }

    /// Copies bytes out that threads of this process, too, may be writing: each of them gets into the copy as it was or as it will be.
    pub(crate) fn read_racing(&self, offset: usize, into: &mut [u8]) {
        let from = self.place(offset, into.len());
        // SAFETY: the range is mapped, and the buffer is the caller's alone.
        unsafe { racing::copy(from.as_ptr(), into.as_mut_ptr(), into.len()) };
    }

    /// Copies bytes in that threads of this process, too, may be reading or writing.
    pub(crate) fn write_racing(&self, offset: usize, bytes: &[u8]) {
        let to = self.place(offset, bytes.len());
        // SAFETY: the range is mapped, and the bytes stay as they are.
        unsafe { racing::copy(bytes.as_ptr(), to.as_ptr(), bytes.len()) };
    }

    /// The address of a range. Whoever uses it sees to it that nobody else writes there.
    pub(crate) fn pointer(&self, range: Range<usize>) -> NonNull<u8> {
        self.place(range.start, range.len())
    }

    /// Leaves the memory mapped for as long as this process lives.
    pub(crate) fn leak(self) {
        std::mem::forget(self);
    }

    #[inline]
    fn place(&self, offset: usize, length: usize) -> NonNull<u8> {
        let end = offset.checked_add(length);
        assert!(end.is_some_and(|end| end <= self.len()), "{offset}..+{length} is outside of {}", self.len());
        // SAFETY: it is inside the mapping.
        unsafe { self.start.add(offset) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: nothing refers to it any more: references borrow the mapping. It cannot fail for a range that is mapped.
        let _ = unsafe { munmap(self.start.cast(), self.len()) };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::time::{Duration, Instant};

    use super::super::robust::{Again, Holder, Patience, Robust, Taken};
    use super::*;

    fn twice(length: usize) -> [Mapping; 2] {
        let one = Mapping::new(c"test", length).expect("there is memory");
        let other =
            Mapping::of(one.file().try_clone_to_owned().expect("a number is free")).expect("it is sealed");
        [one, other]
    }

    #[test]
    fn writes_of_all_lengths_change_their_own_bytes_only() {
        let [memory, _] = twice(64);
        for length in 0..=40 {
            memory.write(0, &[0xff; 64]);
            let bytes: Vec<u8> = (1..).take(length).collect();
            memory.write(3, &bytes);
            let mut seen = [0; 64];
            memory.read(0, &mut seen);
            assert_eq!(seen[3..3 + length], bytes);
            assert!(seen[..3].iter().chain(&seen[3 + length..]).all(|&byte| byte == 0xff), "length {length}");
        }
    }

    #[test]
    fn two_mappings_show_the_same_memory_which_begins_with_zeros() {
        let [one, other] = twice(100);
        let mut bytes = [1; 4];
        other.read(96, &mut bytes);
        assert_eq!(bytes, [0; 4]);
        one.write(96, b"last");
        other.read(96, &mut bytes);
        assert_eq!(&bytes, b"last");
        one.at::<AtomicU32>(8).store(7, Ordering::Relaxed);
        assert_eq!(other.at::<AtomicU32>(8).load(Ordering::Relaxed), 7);
    }

    #[test]
    #[should_panic(expected = "outside")]
    fn what_is_outside_is_refused() {
        twice(100)[0].read(97, &mut [0; 4]);
    }

    #[test]
    fn its_length_cannot_change_and_a_file_whose_length_can_is_refused() {
        let [one, _] = twice(100);
        assert!(rustix::fs::ftruncate(one.file(), 0).is_err());
        assert!(rustix::fs::ftruncate(one.file(), 200).is_err());
        let open = memfd::create(c"test").expect("a memory file");
        assert!(Mapping::of(open).is_err());
        assert!(Mapping::new(c"test", 0).is_err());
        assert!(Mapping::new(c"test", usize::MAX).is_err());
    }

    #[test]
    fn a_lock_is_one_in_both_mappings() {
        let [one, other] = twice(64);
        let (lock, same) = (one.at::<Robust>(0), other.at::<Robust>(0));
        lock.set_up(Again::Refused).expect("it can be made");
        assert!(matches!(lock.take(Patience::None), Taken::Held));
        assert!(matches!(lock.take(Patience::Endless), Taken::Own));
        assert!(lock.is_held_here());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert!(matches!(same.take(Patience::None), Taken::Busy));
                let soon = Instant::now() + Duration::from_millis(5);
                assert!(matches!(same.take(Patience::Until(soon)), Taken::Busy));
                assert!(Instant::now() >= soon);
            });
        });
        lock.let_go();
        assert_eq!(same.holder(), Holder::Nobody);
    }

    #[test]
    fn a_thread_that_ends_with_a_lock_leaves_it_to_the_next() {
        let [one, _] = twice(64);
        let lock = one.at::<Robust>(0);
        lock.set_up(Again::Counted).expect("it can be made");
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(matches!(lock.take(Patience::None), Taken::Held)));
        });
        // A scope ends a little before its threads do.
        assert!(matches!(
            lock.take(Patience::Until(Instant::now() + Duration::from_secs(30))),
            Taken::Abandoned
        ));
        assert!(matches!(lock.take(Patience::None), Taken::Held), "it counts");
        lock.let_go();
        lock.let_go();
        assert_eq!(lock.holder(), Holder::Nobody);
        assert!(matches!(lock.take(Patience::None), Taken::Held), "it is whole");
        lock.let_go();
    }
}
