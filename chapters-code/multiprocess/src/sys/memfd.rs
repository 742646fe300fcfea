//! Files in memory ([memfd_create(2)](https://man7.org/linux/man-pages/man2/memfd_create.2.html)).
//!
//! What a process and its child tell each other goes through one and not through a socket: a file takes any
//! number of bytes without a reader, so neither side can block on the other, and it goes away with its last
//! user, so nothing is left when both are killed.

use std::ffi::CStr;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::Errno;

use super::call::call;
use super::numbers::beyond_reserved;

/// An empty file. Its descriptor is close-on-exec, and its number is not one that a child has other uses for.
pub(crate) fn create(name: &CStr) -> io::Result<OwnedFd> {
    create_with(name, MemfdFlags::empty())
}

/// The same, with further flags.
pub(crate) fn create_with(name: &CStr, flags: MemfdFlags) -> io::Result<OwnedFd> {
    let flags = flags | MemfdFlags::CLOEXEC;
    let made = match memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
        // Before Linux 6.3 the flag is not known; there a memory file is always executable.
        Err(Errno::INVAL) => memfd_create(name, flags)?,
        made => made?,
    };
    beyond_reserved(made)
}

/// Whether a file of this length may be written. Where the limit on a file's size forbids it, the kernel would not only
/// refuse but also end the process, by SIGXFSZ (setrlimit(2), `RLIMIT_FSIZE`).
pub(crate) fn allows_length(length: u64) -> io::Result<()> {
    let mut limit = libc::rlimit64 { rlim_cur: 0, rlim_max: 0 };
    let place = (&raw mut limit).expose_provenance();
    // By hand: rustix takes it for granted that no sandbox refuses the call.
    // SAFETY: the kernel writes the structure and changes nothing.
    unsafe { call(libc::SYS_prlimit64, [0, libc::RLIMIT_FSIZE as usize, 0, place]) }
        .map_err(io::Error::from_raw_os_error)?;
    if length <= limit.rlim_cur { Ok(()) } else { Err(Errno::FBIG.into()) }
}

/// Fails unless this is a file in memory: only such files know of seals.
pub(crate) fn expect_one(file: BorrowedFd<'_>) -> io::Result<()> {
    rustix::fs::fcntl_get_seals(file)?;
    Ok(())
}
