//! A stream of bytes between two processes: a pair of connected sockets of the kind that takes any number of bytes
//! ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html), `SOCK_STREAM`).
//!
//! What is read from may also be a file, in which all of the bytes are already.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Instant;

use rustix::buffer::spare_capacity;
use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, Shutdown, SocketFlags, SocketType, socketpair};

use super::numbers::beyond_reserved;
use super::poll::{self, patiently};
use super::robust::Patience;

/// Two connected ends, close-on-exec.
pub(crate) fn pair() -> io::Result<[OwnedFd; 2]> {
    let (one, other) = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    Ok([beyond_reserved(one)?, beyond_reserved(other)?])
}

/// Writes as many of the bytes as the patience allows, and leaves the others. `WouldBlock` or `TimedOut` is the error if some are
/// left. A reader that is gone is an error, too ([`is_broken_off`]), and not a signal.
pub(crate) fn write(stream: BorrowedFd<'_>, rest: &mut &[u8], patience: Patience) -> io::Result<()> {
    while !rest.is_empty() {
        let written = patiently(
            patience,
            |wait| {
                let wait = if wait { SendFlags::empty() } else { SendFlags::DONTWAIT };
                unless_interrupted(|| rustix::net::send(stream, rest, SendFlags::NOSIGNAL | wait))
            },
            |deadline| poll::has_room(stream, deadline),
        )?;
        *rest = &rest[written..];
    }
    Ok(())
}

/// Whether a write failed because its reader is gone.
pub(crate) fn is_broken_off(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset)
}

/// Reads what there is of the bytes, at most as many as the buffer holds, as soon as there is something. 0 is the end. `TimedOut`
/// is the error if nothing came by the deadline.
pub(crate) fn read(
    stream: BorrowedFd<'_>,
    buffer: &mut [u8],
    deadline: Option<Instant>,
) -> io::Result<usize> {
    read_with(stream, deadline, || rustix::io::read(stream, &mut *buffer))
}

/// The same into the room that a vector has left, which must not be none.
pub(crate) fn read_more(
    stream: BorrowedFd<'_>,
    buffer: &mut Vec<u8>,
    deadline: Option<Instant>,
) -> io::Result<usize> {
    read_with(stream, deadline, || rustix::io::read(stream, spare_capacity(buffer)))
}

/// Takes what has come through a stream, as much as the room that a vector has left, which must not be none. `WouldBlock` is the
/// error if nothing has come. 0 is the end.
pub(crate) fn take_more(stream: BorrowedFd<'_>, buffer: &mut Vec<u8>) -> io::Result<usize> {
    loop {
        let taken = rustix::net::recv(stream, spare_capacity(buffer), RecvFlags::DONTWAIT);
        match taken {
            // The peer has ended with bytes unread, which is said once. What it had sent comes behind that.
            Err(Errno::INTR | Errno::CONNRESET) => {}
            taken => return Ok(taken?.1),
        }
    }
}

fn read_with(
    stream: BorrowedFd<'_>,
    deadline: Option<Instant>,
    mut read: impl FnMut() -> rustix::io::Result<usize>,
) -> io::Result<usize> {
    // Not every file knows of reading without waiting, so a deadline is waited for first.
    if deadline.is_some() && !poll::is_ready(stream, deadline)? {
        return Err(io::ErrorKind::TimedOut.into());
    }
    let ready = |deadline| poll::is_ready(stream, deadline);
    patiently(deadline.into(), |_| unless_interrupted(&mut read), ready)
}

/// Lets nothing more be written: the writer is told ([`is_broken_off`]). What has been written can still be read, and then comes
/// the end. Says whether that is so, which it is for a stream.
pub(crate) fn stop(stream: BorrowedFd<'_>) -> bool {
    rustix::net::shutdown(stream, Shutdown::Read).is_ok()
}

/// Writes the bytes to the beginning of a file. Whoever reads from it begins there.
pub(crate) fn fill(file: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        written += unless_interrupted(|| rustix::io::pwrite(file, &bytes[written..], written as u64))?;
    }
    Ok(())
}

fn unless_interrupted<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            done => return Ok(done?),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;
    use std::time::Duration;

    use super::*;
    use crate::sys::memfd;

    #[test]
    fn what_has_no_room_is_left_and_a_reader_that_is_gone_is_told() {
        let [one, other] = pair().expect("two sockets");
        let bytes = vec![7; 1 << 20];
        let mut rest = &bytes[..];
        let full = write(one.as_fd(), &mut rest, Patience::None).expect_err("it does not fit");
        assert_eq!(full.kind(), io::ErrorKind::WouldBlock);
        let soon = Instant::now() + Duration::from_millis(5);
        let late = write(one.as_fd(), &mut rest, Patience::Until(soon)).expect_err("nobody reads");
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        assert!(Instant::now() >= soon);
        let mut read_so_far = Vec::with_capacity(bytes.len());
        let read = read_more(other.as_fd(), &mut read_so_far, None).expect("there is something");
        assert!(read > 0 && read <= bytes.len() - rest.len());
        drop(other);
        assert!(is_broken_off(&write(one.as_fd(), &mut rest, Patience::Endless).expect_err("it is gone")));
    }

    #[test]
    fn a_read_ends_at_the_end_and_at_the_deadline() {
        let [one, other] = pair().expect("two sockets");
        let soon = Some(Instant::now() + Duration::from_millis(5));
        let late = read(other.as_fd(), &mut [0; 4], soon).expect_err("nothing comes");
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        drop(one);
        assert_eq!(read(other.as_fd(), &mut [0; 4], None).expect("the end"), 0);
    }

    #[test]
    fn after_a_stop_nothing_is_written_and_what_was_written_is_read() {
        let [one, other] = pair().expect("two sockets");
        write(one.as_fd(), &mut &b"before"[..], Patience::None).expect("there is room");
        assert!(stop(other.as_fd()));
        let told = write(one.as_fd(), &mut &b"after"[..], Patience::None).expect_err("it is stopped");
        assert!(is_broken_off(&told));
        let mut buffer = [0; 16];
        assert_eq!(read(other.as_fd(), &mut buffer, Some(Instant::now())).expect("it is there"), 6);
        assert_eq!(read(other.as_fd(), &mut buffer, Some(Instant::now())).expect("the end"), 0);
        assert!(!stop(memfd::create(c"test").expect("a memory file").as_fd()), "it is no stream");
    }

    #[test]
    fn a_file_is_read_from_its_beginning() {
        let file = memfd::create(c"test").expect("a memory file");
        fill(file.as_fd(), b"all of it").expect("there is room");
        let mut buffer = [0; 16];
        assert_eq!(read(file.as_fd(), &mut buffer, None).expect("readable"), 9);
        assert_eq!(&buffer[..9], b"all of it");
        assert_eq!(read(file.as_fd(), &mut buffer, None).expect("the end"), 0);
    }
}
