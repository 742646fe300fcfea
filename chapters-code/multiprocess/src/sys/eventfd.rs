//! A counter in the kernel that can be waited for beside other descriptors
//! ([eventfd(2)](https://man7.org/linux/man-pages/man2/eventfd.2.html)).

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use rustix::event::{EventfdFlags, eventfd};
use rustix::io::Errno;

use super::numbers::beyond_reserved;

/// A counter at this number. It is readable while it is not zero.
pub(crate) fn create(count: u32) -> io::Result<OwnedFd> {
    beyond_reserved(eventfd(count, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?)
}

/// Adds one. A counter that is full stays so: it is readable all the same.
pub(crate) fn add(counter: BorrowedFd<'_>) -> io::Result<()> {
    loop {
        match rustix::io::write(counter, &1_u64.to_ne_bytes()) {
            Err(Errno::INTR) => {}
            Ok(_) | Err(Errno::AGAIN) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Takes all, and says whether there was something to take.
pub(crate) fn take(counter: BorrowedFd<'_>) -> io::Result<bool> {
    let mut count = [0; 8];
    loop {
        match rustix::io::read(counter, &mut count) {
            Err(Errno::INTR) => {}
            Ok(_) => return Ok(true),
            Err(Errno::AGAIN) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether the descriptor is such a counter, as far as `/proc` says it.
pub(crate) fn is_one(counter: BorrowedFd<'_>) -> bool {
    let link = std::fs::read_link(format!("/proc/self/fd/{}", counter.as_raw_fd()));
    link.map_or(true, |link| link.as_os_str().as_bytes() == b"anon_inode:[eventfd]")
}
