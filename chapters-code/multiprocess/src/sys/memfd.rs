//! Files in memory ([memfd_create(2)](https://man7.org/linux/man-pages/man2/memfd_create.2.html)).
//!
//! What a process and its child tell each other goes through one and not through a socket: a file takes any
//! number of bytes without a reader, so neither side can block on the other, and it goes away with its last
//! user, so nothing is left when both are killed.

use std::ffi::CStr;
use std::fs::File;
use std::io;

use nix::sys::resource::{Resource, getrlimit};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::Errno;

use super::numbers::beyond_reserved;

/// An empty file. Its descriptor is close-on-exec, and its number is not one that a child has other uses for.
pub(crate) fn create(name: &CStr) -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC;
    let made = match memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
        // Before Linux 6.3 the flag is not known; there a memory file is always executable.
        Err(Errno::INVAL) => memfd_create(name, flags)?,
        made => made?,
    };
    Ok(beyond_reserved(made)?.into())
}

/// Whether a file of this length may be written. Where the limit on a file's size forbids it, the kernel would not only
/// refuse but also end the process, by SIGXFSZ (setrlimit(2), `RLIMIT_FSIZE`).
pub(crate) fn allows_length(length: u64) -> io::Result<()> {
    let (limit, _) = getrlimit(Resource::RLIMIT_FSIZE)?;
    if length <= limit { Ok(()) } else { Err(Errno::FBIG.into()) }
}

/// Fails unless this is a file in memory: only such files know of seals.
pub(crate) fn expect_one(file: &File) -> io::Result<()> {
    rustix::fs::fcntl_get_seals(file)?;
    Ok(())
}
