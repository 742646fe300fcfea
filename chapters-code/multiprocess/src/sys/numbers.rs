//! Which descriptor numbers a spawned child finds what under.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

use rustix::io::{Errno, fcntl_dupfd_cloexec, fcntl_getfd};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

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

/// The same file under another number than those of the standard descriptors, which a process may have closed: what is
/// printed would go there. If there is none it stays where it is.
pub(crate) fn beyond_standard_if_possible(fd: OwnedFd) -> OwnedFd {
    if fd.as_raw_fd() > 2 { fd } else { duplicate(fd.as_fd()).unwrap_or(fd) }
}

/// Takes over what a parent has left for this process under one of the numbers for that, and puts it under another one, where
/// programs that this process starts do not find it.
///
/// # Safety
/// It must be open, and nothing else in this process may own it.
pub(crate) unsafe fn inherit(number: RawFd) -> OwnedFd {
    assert!(HANDED.contains(&number), "{number} may have an owner");
    // SAFETY: the caller's promise is the one asked for.
    beyond_reserved_if_possible(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Puts a file under one of the standard numbers, in place of what lies there.
pub(crate) fn place(fd: BorrowedFd<'_>, number: RawFd) -> io::Result<()> {
    match number {
        0 => dup2_stdin(fd)?,
        1 => dup2_stdout(fd)?,
        2 => dup2_stderr(fd)?,
        _ => panic!("{number} may have an owner"),
    }
    Ok(())
}

/// Which file a descriptor is of: its device and inode.
pub(crate) type Inode = (u64, u64);

/// Which file the descriptor is of now. `None` if it is closed.
pub(crate) fn inode(fd: BorrowedFd<'_>) -> Option<Inode> {
    rustix::fs::fstat(fd).ok().map(|stat| (stat.st_dev, stat.st_ino))
}

/// Puts a file under the number of another one, if that is still there. What owns the number owns it as before.
pub(crate) fn replace(number: RawFd, there: Option<Inode>, by: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: asking about a number that is closed is an error that the kernel reports.
    if there.is_none() || inode(unsafe { BorrowedFd::borrow_raw(number) }) != there {
        return Ok(());
    }
    // SAFETY: the number stays open. The caller knows that its owner may find another file.
    super::checked(unsafe { libc::dup3(by.as_raw_fd(), number, libc::O_CLOEXEC) }).map(drop)
}

/// What lies under one of the standard numbers, if anything does.
pub(crate) fn standard(number: RawFd) -> Option<BorrowedFd<'static>> {
    assert!((0..=2).contains(&number), "{number} may have an owner");
    // SAFETY: the standard numbers have no owner in Rust that closes them; where C code has, the number gives an error.
    let standard = unsafe { BorrowedFd::borrow_raw(number) };
    fcntl_getfd(standard).is_ok().then_some(standard)
}

/// Closes one of the standard numbers, 0 to 2, if it is open; rustix's call is for those that are. They have no owner
/// in Rust, so none is left with a closed descriptor.
pub(crate) fn clear(number: RawFd) {
    assert!((0..=2).contains(&number), "{number} may have an owner");
    // SAFETY: as the assertion says.
    unsafe { libc::close(number) };
}

/// Closes a descriptor without the C library, whose code would cost a forked child one more page fault.
pub(crate) fn close(fd: OwnedFd) {
    // SAFETY: the owner gives it up.
    unsafe { rustix::io::close(fd.into_raw_fd()) };
}

/// The numbers that are open.
pub(crate) fn open_now() -> io::Result<Vec<RawFd>> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        open.extend(entry?.file_name().to_str().and_then(|name| name.parse::<RawFd>().ok()));
    }
    // The folder itself was open, and is closed now.
    // SAFETY: asking about a number that is no descriptor is an error that the kernel reports.
    open.retain(|&fd| fcntl_getfd(unsafe { BorrowedFd::borrow_raw(fd) }).is_ok());
    Ok(open)
}

/// Closes every descriptor but these. What owned the others must not be dropped afterwards, which is easy for a forked
/// child that never returns.
pub(crate) fn close_all_but(kept: impl Iterator<Item = RawFd>) -> io::Result<()> {
    let mut kept: Vec<RawFd> = kept.collect();
    kept.sort_unstable();
    let mut next = 0;
    for fd in kept.into_iter().map(RawFd::cast_unsigned) {
        if fd > next {
            close_range(next, fd - 1)?;
        }
        next = next.max(fd + 1);
    }
    close_range(next, libc::c_uint::MAX)
}

/// By hand, since neither crate has the call.
fn close_range(first: libc::c_uint, last: libc::c_uint) -> io::Result<()> {
    // SAFETY: the caller keeps what it goes on using.
    match unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// A second descriptor of the file, beyond the reserved ones.
pub(crate) fn duplicate(fd: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    fcntl_dupfd_cloexec(fd, FIRST_FREE).map_err(|error| match error {
        // The limit is so low that it forbids the first number asked for.
        Errno::INVAL => Errno::MFILE.into(),
        error => error.into(),
    })
}
