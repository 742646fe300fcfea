//! A counter in the kernel that can be waited for beside other descriptors
//! ([eventfd(2)](https://man7.org/linux/man-pages/man2/eventfd.2.html)).

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

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
