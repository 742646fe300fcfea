//! Files in memory ([memfd_create(2)](https://man7.org/linux/man-pages/man2/memfd_create.2.html)).
//!
//! What a process and its child tell each other goes through one and not through a socket: a file takes any
//! number of bytes without a reader, so neither side can block on the other, and it goes away with its last
//! user, so nothing is left when both are killed.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::fs::FileExt;
use std::ptr;

use nix::sys::resource::{Resource, getrlimit};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::Errno;

use super::numbers::{HANDED, beyond_reserved};

/// An empty file. Its descriptor is close-on-exec, and its number is not one that a child has other uses for.
pub(crate) fn create(name: &CStr) -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let made = match memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
        // Before Linux 6.3 the flag is not known; there a memory file is always executable.
        Err(Errno::INVAL) => memfd_create(name, flags)?,
        made => made?,
    };
    Ok(beyond_reserved(made)?.into())
}

/// Takes over the file that a parent has handed to this process as its descriptor 3, if that is what descriptor 3 is:
/// a file that knows of seals and that `is_ours` recognizes by its first bytes.
///
/// For anything else the answer is `None`, and nothing is changed.
///
/// # Safety
/// Nothing else in this process may own such a file under that number. It is called once, at the start of a
/// process, before anything else in it could have made one.
pub(crate) unsafe fn inherit(is_ours: impl FnOnce([u8; 8]) -> bool) -> Option<File> {
    let fd = HANDED[0];
    // SAFETY: asking about a number that is no descriptor is an error that the kernel reports.
    if unsafe { libc::fcntl(fd, libc::F_GET_SEALS) } == -1 {
        return None;
    }
    let mut first = [0; 8];
    // SAFETY: the buffer has eight bytes.
    if unsafe { libc::pread(fd, first.as_mut_ptr().cast(), first.len(), 0) } != 8 || !is_ours(first) {
        return None;
    }
    // SAFETY: it is an open descriptor, and the caller promises that nobody else owns it.
    let file = unsafe { File::from_raw_fd(fd) };
    // SAFETY: we own the descriptor.
    super::checked(unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) }).ok()?;
    Some(file)
}

/// Whether a file of this length may be written. Where the limit on a file's size forbids it, the kernel would not only
/// refuse but also end the process, by SIGXFSZ (setrlimit(2), `RLIMIT_FSIZE`).
pub(crate) fn allows_length(length: u64) -> io::Result<()> {
    let (limit, _) = getrlimit(Resource::RLIMIT_FSIZE)?;
    if length <= limit { Ok(()) } else { Err(Errno::FBIG.into()) }
}

/// Claims the file: of all processes that hold it exactly one gets `true`, because a file whose seals are sealed
/// takes no more of them.
pub(crate) fn claim(file: &File) -> bool {
    // SAFETY: a call on a descriptor that we hold.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, libc::F_SEAL_SEAL) == 0 }
}

/// Something to read from at an offset.
pub(crate) trait ReadAt {
    /// Reads up to the buffer's length; 0 bytes behind the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, buffer, offset)
    }
}

/// A file that is held without a descriptor: a process may have a thousand children and 1024 descriptors.
///
/// The mapping is longer than the file, so that whatever the child appends can be read. Memory behind a file's end
/// must not be touched, so nothing here does: it is read by a system call, which reports the end as an error.
pub(crate) struct Held {
    start: *mut libc::c_void,
    length: usize,
}

// SAFETY: it is a range of addresses that is only ever read through system calls.
unsafe impl Send for Held {}
// SAFETY: as above.
unsafe impl Sync for Held {}

/// How much of a file can be read. Addresses are all that it takes.
const REACH: usize = 64 << 30;

impl Held {
    pub(crate) fn new(file: &File) -> io::Result<Held> {
        // SAFETY: the kernel picks a free range of addresses.
        let start = unsafe {
            libc::mmap(ptr::null_mut(), REACH, libc::PROT_READ, libc::MAP_SHARED, file.as_raw_fd(), 0)
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Held { start, length: REACH })
    }
}

impl ReadAt for Held {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.length);
        let length = buffer.len().min(self.length - offset);
        let local = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: length };
        let remote = libc::iovec { iov_base: self.start.wrapping_byte_add(offset), iov_len: length };
        // SAFETY: the kernel writes at most `length` bytes to the buffer; what cannot be read is an error.
        let read =
            unsafe { libc::process_vm_readv(libc::getpid(), &raw const local, 1, &raw const remote, 1, 0) };
        match usize::try_from(read) {
            Ok(read) => Ok(read),
            Err(_) => match io::Error::last_os_error() {
                error if error.raw_os_error() == Some(libc::EFAULT) => Ok(0),
                error => Err(error),
            },
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: the range is ours, and nothing points into it.
        unsafe { libc::munmap(self.start, self.length) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_file_shows_what_is_appended_later_and_its_end() {
        let file = create(c"test").expect("a memory file");
        let held = Held::new(&file).expect("addresses");
        let mut buffer = [0; 8];
        assert_eq!(held.read_at(&mut buffer, 0).expect("an empty file"), 0);
        file.write_all_at(&[7; 5000], 0).expect("room");
        drop(file);
        assert_eq!(held.read_at(&mut buffer, 4992).expect("the last page"), 8);
        assert_eq!(buffer, [7; 8]);
        assert_eq!(held.read_at(&mut buffer, 8192).expect("behind the last page"), 0);
        assert_eq!(held.read_at(&mut buffer, u64::MAX).expect("far behind"), 0);
    }

    #[test]
    fn a_file_is_claimed_once() {
        let file = create(c"test").expect("a memory file");
        let same = file.try_clone().expect("a second descriptor");
        assert!(claim(&file));
        assert!(!claim(&same));
    }
}
