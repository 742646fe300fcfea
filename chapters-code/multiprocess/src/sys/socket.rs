//! Messages with descriptors between two processes: a pair of connected sockets of the kind that keeps messages apart
//! ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html), `SOCK_SEQPACKET`).
//!
//! The pair has no name, neither a path nor an abstract one, so nobody but its two holders can reach it. A message and its
//! descriptors arrive together or not at all.

use std::io;
use std::mem::size_of;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use super::numbers::{beyond_reserved, beyond_standard_if_possible};

/// The most descriptors that one message carries here.
pub(crate) const MOST: usize = 5;

/// Room for their numbers and the header before them, aligned as a header is.
type Control = [u64; 8];

const _: () = {
    // SAFETY: the macro only computes.
    let space = unsafe { libc::CMSG_SPACE((MOST * size_of::<RawFd>()) as libc::c_uint) };
    assert!(space as usize <= size_of::<Control>());
};

/// Two connected ends, close-on-exec.
pub(crate) fn pair() -> io::Result<[OwnedFd; 2]> {
    let mut ends: [RawFd; 2] = [-1; 2];
    // SAFETY: the array takes two descriptors.
    super::checked(unsafe {
        libc::socketpair(libc::AF_UNIX, libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC, 0, ends.as_mut_ptr())
    })?;
    // SAFETY: nobody else knows these descriptors.
    let [one, other] = ends.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
    Ok([beyond_reserved(one)?, beyond_reserved(other)?])
}

/// Sends one message, if there is room for it: `WouldBlock` is the error if there is none.
///
/// A peer that is gone is an error (EPIPE), not a signal.
pub(crate) fn send(socket: BorrowedFd<'_>, message: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    assert!(descriptors.len() <= MOST, "a message carries at most {MOST} descriptors");
    let mut control: Control = [0; 8];
    let mut part = libc::iovec { iov_base: message.as_ptr().cast_mut().cast(), iov_len: message.len() };
    // SAFETY: the header is plain data, for which zero is a valid value.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &raw mut part;
    header.msg_iovlen = 1;
    if !descriptors.is_empty() {
        let length = (descriptors.len() * size_of::<RawFd>()) as libc::c_uint;
        header.msg_control = control.as_mut_ptr().cast();
        // SAFETY: the room was seen to be enough for MOST descriptors when this was compiled, and is aligned.
        unsafe {
            header.msg_controllen = libc::CMSG_SPACE(length) as usize;
            let first = libc::CMSG_FIRSTHDR(&raw const header);
            (*first).cmsg_level = libc::SOL_SOCKET;
            (*first).cmsg_type = libc::SCM_RIGHTS;
            (*first).cmsg_len = libc::CMSG_LEN(length) as usize;
            for (at, descriptor) in descriptors.iter().enumerate() {
                libc::CMSG_DATA(first).cast::<RawFd>().add(at).write_unaligned(descriptor.as_raw_fd());
            }
        }
    }
    loop {
        // SAFETY: all that the header points to lives until the call has returned.
        let sent = unsafe {
            libc::sendmsg(socket.as_raw_fd(), &raw const header, libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT)
        };
        match io::Error::last_os_error() {
            _ if sent != -1 => return Ok(()),
            error if error.kind() == io::ErrorKind::Interrupted => {}
            // The peer has ended with messages unread. That is said once; then it is gone like any other.
            error if error.raw_os_error() == Some(libc::ECONNRESET) => {}
            error => return Err(error),
        }
    }
}

/// A message that has come.
pub(crate) struct Received {
    /// How much of the buffer it fills. 0 is the end: the peer is gone.
    pub(crate) length: usize,
    pub(crate) descriptors: Vec<OwnedFd>,
    /// Whether it was longer than the buffer, or came with descriptors for which this process had no numbers left.
    pub(crate) truncated: bool,
}

/// Takes the next message, if one has come: `WouldBlock` is the error if none has.
pub(crate) fn receive(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<Received> {
    let mut control: Control = [0; 8];
    let mut part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // SAFETY: as in `send`.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &raw mut part;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = size_of::<Control>();
    let flags = libc::MSG_CMSG_CLOEXEC | libc::MSG_DONTWAIT;
    let length = loop {
        // SAFETY: all that the header points to lives until the call has returned.
        let got = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, flags) };
        match usize::try_from(got) {
            Ok(length) => break length,
            Err(_) => match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::Interrupted => {}
                // The peer has ended with messages unread. That is said once, before what it had sent itself.
                error if error.raw_os_error() == Some(libc::ECONNRESET) => {}
                error => return Err(error),
            },
        }
    };
    Ok(Received {
        length,
        descriptors: descriptors(&header),
        truncated: header.msg_flags & (libc::MSG_TRUNC | libc::MSG_CTRUNC) != 0,
    })
}

/// The descriptors that came with a message.
fn descriptors(header: &libc::msghdr) -> Vec<OwnedFd> {
    let mut found = Vec::new();
    // SAFETY: the kernel has filled in the control part, and the macros walk within it.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(ptr::from_ref(header)) };
    while !next.is_null() {
        // SAFETY: it points to a whole header within the control part.
        let (level, kind, length) = unsafe { ((*next).cmsg_level, (*next).cmsg_type, (*next).cmsg_len) };
        if (level, kind) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
            // SAFETY: the macro only computes.
            let count = (length - unsafe { libc::CMSG_LEN(0) } as usize) / size_of::<RawFd>();
            for at in 0..count {
                // SAFETY: the length says that there are that many numbers; each is a new descriptor that nobody else
                // knows.
                let fd = unsafe {
                    OwnedFd::from_raw_fd(libc::CMSG_DATA(next).cast::<RawFd>().add(at).read_unaligned())
                };
                found.push(beyond_standard_if_possible(fd));
            }
        }
        // SAFETY: as above.
        next = unsafe { libc::CMSG_NXTHDR(ptr::from_ref(header), next) };
    }
    found
}

/// Says to the peer that nothing more will come. What it sends can still be received.
pub(crate) fn end(socket: BorrowedFd<'_>) {
    // SAFETY: a call on a descriptor that is open.
    unsafe { libc::shutdown(socket.as_raw_fd(), libc::SHUT_WR) };
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::fd::AsFd;

    use super::*;
    use crate::sys::memfd;

    #[test]
    fn a_message_comes_with_its_descriptors_and_nothing_after_it() {
        let [one, other] = pair().expect("two sockets");
        let file = memfd::create(c"test").expect("a memory file");
        (&file).write_all(b"x").expect("room");
        send(one.as_fd(), b"first", &[file.as_fd(), file.as_fd()]).expect("room");
        send(one.as_fd(), b"second", &[]).expect("room");
        let mut buffer = [0; 64];
        let first = receive(other.as_fd(), &mut buffer).expect("it has come");
        assert_eq!((&buffer[..first.length], first.descriptors.len()), (&b"first"[..], 2));
        let mut copy = File::from(first.descriptors.into_iter().next().expect("one"));
        let mut text = String::new();
        std::io::Seek::rewind(&mut copy).and_then(|()| copy.read_to_string(&mut text)).expect("readable");
        assert_eq!(text, "x");
        let second = receive(other.as_fd(), &mut buffer).expect("it has come");
        assert_eq!((&buffer[..second.length], second.descriptors.len()), (&b"second"[..], 0));
        let nothing = receive(other.as_fd(), &mut buffer).err().expect("nothing has come");
        assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
        send(other.as_fd(), b"unread", &[]).expect("room");
        drop(one);
        assert_eq!(receive(other.as_fd(), &mut buffer).expect("the end").length, 0);
        let gone = send(other.as_fd(), b"x", &[]).expect_err("nobody is there");
        assert_eq!(gone.raw_os_error(), Some(libc::EPIPE));
    }

    #[test]
    fn a_peer_that_ended_with_a_message_unread_is_gone_like_any_other() {
        let [one, other] = pair().expect("two sockets");
        send(other.as_fd(), b"unread", &[]).expect("room");
        drop(one);
        let gone = send(other.as_fd(), b"x", &[]).expect_err("nobody is there");
        assert_eq!(gone.raw_os_error(), Some(libc::EPIPE));
    }

    #[test]
    fn a_message_longer_than_the_buffer_is_told() {
        let [one, other] = pair().expect("two sockets");
        send(one.as_fd(), b"long", &[]).expect("room");
        let cut = receive(other.as_fd(), &mut [0; 2]).expect("it has come");
        assert!(cut.truncated);
    }

    #[test]
    fn without_room_a_send_fails() {
        let [one, _other] = pair().expect("two sockets");
        let full = (0..100_000).find_map(|_| send(one.as_fd(), &[0; 1000], &[]).err());
        assert_eq!(full.expect("it ends").kind(), io::ErrorKind::WouldBlock);
    }
}
