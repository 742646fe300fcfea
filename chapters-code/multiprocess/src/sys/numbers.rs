//! Which descriptor numbers a spawned child finds what under.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// The numbers that what a parent hands to a spawned child has there.
pub(crate) const HANDED: [RawFd; 2] = [3, 4];

/// The first number that a program is not given a descriptor under.
pub(crate) const FIRST_FREE: RawFd = 5;

/// The same file under a number that a child has no other uses for, whatever numbers happen to be free here.
pub(crate) fn beyond_reserved(fd: OwnedFd) -> io::Result<OwnedFd> {
    if fd.as_raw_fd() >= FIRST_FREE { Ok(fd) } else { duplicate(fd.as_fd()) }
}

/// The descriptor of a child that runs already, so that there is no way back: under another number if there is one.
/// A process that has closed its standard descriptors would otherwise print to its child's descriptor.
pub(crate) fn beyond_reserved_if_possible(fd: OwnedFd) -> OwnedFd {
    if fd.as_raw_fd() >= FIRST_FREE { fd } else { duplicate(fd.as_fd()).unwrap_or(fd) }
}

/// A second descriptor of the file, beyond the reserved ones.
pub(crate) fn duplicate(fd: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    // SAFETY: duplicating an open descriptor gives one that nobody else knows.
    match super::checked(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, FIRST_FREE) }) {
        // SAFETY: as above.
        Ok(made) => Ok(unsafe { OwnedFd::from_raw_fd(made) }),
        // The limit is so low that it forbids the first number asked for.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            Err(io::Error::from_raw_os_error(libc::EMFILE))
        }
        Err(error) => Err(error),
    }
}
