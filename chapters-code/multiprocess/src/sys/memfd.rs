//! Files in memory ([memfd_create(2)](https://man7.org/linux/man-pages/man2/memfd_create.2.html)).
//!
//! What a process and its child tell each other goes through these and not through a socket: a file takes any
//! number of bytes without a reader, so neither side can block on the other, and it goes away with its last
//! descriptor, so nothing is left when both are killed.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// An empty file. Its descriptor is close-on-exec and never 0, 1 or 2, which a child has other uses for.
pub(crate) fn create(name: &CStr) -> io::Result<File> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
    let made = match memfd_create(name, flags | libc::MFD_NOEXEC_SEAL) {
        // Before Linux 6.3 the flag is not known; there a memory file is always executable.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => memfd_create(name, flags)?,
        made => made?,
    };
    if made.as_raw_fd() > 2 {
        return Ok(made.into());
    }
    // SAFETY: duplicating a descriptor that we own gives a descriptor that we own.
    let moved = super::checked(unsafe { libc::fcntl(made.as_raw_fd(), libc::F_DUPFD_CLOEXEC, 3) })?;
    // SAFETY: as above.
    Ok(unsafe { File::from_raw_fd(moved) })
}

fn memfd_create(name: &CStr, flags: libc::c_uint) -> io::Result<OwnedFd> {
    // SAFETY: the name is a C string; the call makes a new descriptor.
    let fd = super::checked(unsafe { libc::memfd_create(name.as_ptr(), flags) })?;
    // SAFETY: nobody else knows this descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Takes over a descriptor that this process was started with, and marks it close-on-exec.
///
/// Only a memory file with seals is taken; for any other number the answer is `None`, and nothing is closed.
///
/// # Safety
/// Nothing else in this process may own the descriptor. It is called once, at the start of a child, with the
/// number that its parent left open for it.
pub(crate) unsafe fn inherit(fd: RawFd) -> Option<File> {
    if fd <= 2 {
        return None;
    }
    // SAFETY: asking about a number that is no descriptor is an error that the kernel reports.
    let seals = unsafe { libc::fcntl(fd, libc::F_GET_SEALS) };
    if seals == -1 {
        return None;
    }
    // SAFETY: it is an open descriptor, and the caller promises that nobody else owns it.
    let file = unsafe { File::from_raw_fd(fd) };
    // SAFETY: we own the descriptor.
    super::checked(unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) }).ok()?;
    Some(file)
}

/// Claims the file: of all processes that hold it exactly one gets `true`, because seals cannot be added twice.
pub(crate) fn claim(file: &File) -> bool {
    // SAFETY: a call on a descriptor that we hold.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, libc::F_SEAL_GROW | libc::F_SEAL_SEAL) == 0 }
}

/// Whether some process has claimed the file.
pub(crate) fn is_claimed(file: BorrowedFd<'_>) -> bool {
    // SAFETY: as in `claim`.
    let seals = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GET_SEALS) };
    seals != -1 && seals & libc::F_SEAL_GROW != 0
}
