//! Messages with descriptors between two processes: a pair of connected sockets of the kind that keeps messages apart
//! ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html), `SOCK_SEQPACKET`).
//!
//! The pair has no name, neither a path nor an abstract one, so only its two holders can reach it. A message and its
//! descriptors arrive together or not at all.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};
use std::time::Instant;

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, Shutdown, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
    sockopt,
};

use super::numbers::{beyond_reserved, beyond_standard_if_possible};
use super::poll;
use super::robust::Patience;

/// The most descriptors that the kernel lets one message carry (unix(7), `SCM_RIGHTS`).
pub(crate) const MOST: usize = 253;

/// Room for their numbers and what goes with them. It lies on the stack and is not cleared: pages of it that no message
/// fills cost nothing.
type Control = [MaybeUninit<u8>; rustix::cmsg_space!(ScmRights(MOST))];

/// Two connected ends, close-on-exec.
pub(crate) fn pair() -> io::Result<[OwnedFd; 2]> {
    let (one, other) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    Ok([beyond_reserved(one)?, beyond_reserved(other)?])
}

/// Sends one message, if there is room for it: `WouldBlock` is the error if there is none.
///
/// A peer that is gone is an error (EPIPE), not a signal. See also [`too_many_in_flight`].
pub(crate) fn send(socket: BorrowedFd<'_>, message: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    send_once(socket, &[IoSlice::new(message)], descriptors, SendFlags::DONTWAIT)
}

fn send_once(
    socket: BorrowedFd<'_>,
    message: &[IoSlice<'_>],
    descriptors: &[BorrowedFd<'_>],
    flags: SendFlags,
) -> io::Result<()> {
    assert!(descriptors.len() <= MOST, "a message carries at most {MOST} descriptors");
    let mut room: Control = [MaybeUninit::uninit(); _];
    let mut control = SendAncillaryBuffer::new(&mut room);
    if !descriptors.is_empty() {
        let fits = control.push(SendAncillaryMessage::ScmRights(descriptors));
        debug_assert!(fits, "the room is for MOST of them");
    }
    let flags = SendFlags::NOSIGNAL | flags;
    unless_interrupted(|| sendmsg(socket, message, &mut control, flags)).map(drop)
}

/// Sends one message as soon as there is room for it. `TimedOut` is the error if there is none by the deadline.
pub(crate) fn send_by(
    socket: BorrowedFd<'_>,
    message: &[u8],
    descriptors: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<()> {
    loop {
        match send(socket, message, descriptors) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return done,
        }
        if !poll::has_room(socket, deadline)? {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

/// Sends one message that is made of these parts, as patiently. `WouldBlock` or `TimedOut` is the error if there was no room.
///
/// Without a deadline the kernel waits, which saves two calls where there is no room.
pub(crate) fn send_parts(
    socket: BorrowedFd<'_>,
    parts: &[IoSlice<'_>],
    descriptors: &[BorrowedFd<'_>],
    patience: Patience,
) -> io::Result<()> {
    let send = |wait| {
        let flags = if wait { SendFlags::empty() } else { SendFlags::DONTWAIT };
        match (parts, descriptors) {
            // The call that has less to copy. It takes a tenth off the time for a short message.
            ([whole], []) => {
                let flags = SendFlags::NOSIGNAL | flags;
                unless_interrupted(|| rustix::net::send(socket, whole, flags)).map(drop)
            }
            _ => send_once(socket, parts, descriptors, flags),
        }
    };
    poll::patiently(patience, send, |deadline| poll::has_room(socket, deadline))
}

/// Whether a message was refused because the socket takes none so long. How long one may be depends on the system
/// (`net.core.wmem_default`).
pub(crate) fn is_too_long(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::MSGSIZE.raw_os_error())
}

/// Whether a message was refused because this user has too many descriptors on their way in sockets, more than a process
/// may have open (unix(7), `ETOOMANYREFS`). No event tells when that is over: it ends as the receivers take them.
pub(crate) fn too_many_in_flight(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::TOOMANYREFS.raw_os_error())
}

/// A message that has come.
pub(crate) struct Received {
    /// How much of the buffer it fills. 0 is the end: the peer is gone.
    pub(crate) length: usize,
    /// All that it came with; none if this process had no numbers left for some of them.
    pub(crate) descriptors: Vec<OwnedFd>,
    /// Whether it was longer than the buffer, or came with more descriptors, for which this process had no numbers left.
    pub(crate) truncated: bool,
}

/// Takes the next message, if one has come: `WouldBlock` is the error if none has.
pub(crate) fn receive(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<Received> {
    receive_once(socket, buffer, RecvFlags::DONTWAIT)
}

#[inline]
fn receive_once(socket: BorrowedFd<'_>, buffer: &mut [u8], flags: RecvFlags) -> io::Result<Received> {
    let mut room: Control = [MaybeUninit::uninit(); _];
    let mut control = RecvAncillaryBuffer::new(&mut room);
    let flags = RecvFlags::CMSG_CLOEXEC | flags;
    let got = unless_interrupted(|| recvmsg(socket, &mut [IoSliceMut::new(buffer)], &mut control, flags))?;
    let mut descriptors = Vec::new();
    for part in control.drain() {
        if let RecvAncillaryMessage::ScmRights(come) = part {
            descriptors.extend(come.map(beyond_standard_if_possible));
        }
    }
    let truncated = got.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC);
    Ok(Received { length: got.bytes, descriptors, truncated })
}

/// Makes the call that [`receive`] makes, on a socket in which there is nothing, so that a sandbox which refuses it is met
/// now.
pub(crate) fn try_to_receive(empty: BorrowedFd<'_>) -> io::Result<()> {
    match receive(empty, &mut []) {
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
        _ => Ok(()),
    }
}

/// Takes the next message as soon as one has come. `TimedOut` is the error if none has by the deadline.
pub(crate) fn receive_by(
    socket: BorrowedFd<'_>,
    buffer: &mut [u8],
    deadline: Option<Instant>,
) -> io::Result<Received> {
    loop {
        match receive(socket, buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return done,
        }
        if !poll::is_ready(socket, deadline)? {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

/// Takes the next message, as patiently. `WouldBlock` or `TimedOut` is the error if none came.
pub(crate) fn receive_patiently(
    socket: BorrowedFd<'_>,
    buffer: &mut [u8],
    patience: Patience,
) -> io::Result<Received> {
    poll::patiently(
        patience,
        |wait| receive_once(socket, buffer, receive_flags(wait)),
        |deadline| poll::is_ready(socket, deadline),
    )
}

pub(super) fn receive_flags(wait: bool) -> RecvFlags {
    if wait { RecvFlags::empty() } else { RecvFlags::DONTWAIT }
}

/// Whether a descriptor is a socket that takes messages from one process to another.
pub(crate) fn is_one(fd: BorrowedFd<'_>) -> bool {
    sockopt::socket_type(fd) == Ok(SocketType::SEQPACKET)
        && sockopt::socket_domain(fd) == Ok(AddressFamily::UNIX)
}

/// How the next message begins that is in the socket of that number. `None` if there is none, or it is not such a socket.
/// The message is left where it is.
pub(crate) fn peek(number: RawFd) -> Option<[u8; 64]> {
    let mut front = [0; 64];
    // SAFETY: a number that is not an open descriptor, or not a socket, gives an error that the kernel reports.
    let socket = unsafe { BorrowedFd::borrow_raw(number) };
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    unless_interrupted(|| rustix::net::recv(socket, &mut front, flags)).ok()?;
    Some(front)
}

#[inline]
fn unless_interrupted<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            // The peer has ended with messages unread. That is said once, before what it had sent itself. Then it is gone like any
            // other.
            Err(Errno::INTR | Errno::CONNRESET) => {}
            done => return Ok(done?),
        }
    }
}

/// Says to the peer that nothing more will come. What it sends can still be received.
pub(crate) fn end(socket: BorrowedFd<'_>) {
    // It fails where the peer is gone, which needs no telling.
    let _ = rustix::net::shutdown(socket, Shutdown::Write);
}

/// Takes no more messages. A peer that sends one from now on is told (EPIPE); those that it has sent can still be received.
pub(crate) fn stop_receiving(socket: BorrowedFd<'_>) {
    let _ = rustix::net::shutdown(socket, Shutdown::Read);
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::fd::{AsFd, AsRawFd};

    use super::*;
    use crate::sys::memfd;

    #[test]
    fn a_message_comes_with_its_descriptors_and_nothing_after_it() {
        let [one, other] = pair().expect("two sockets");
        let file = File::from(memfd::create(c"test").expect("a memory file"));
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
        let gone = send(other.as_fd(), b"x", &[]).expect_err("its peer is gone");
        assert_eq!(gone.raw_os_error(), Some(libc::EPIPE));
    }

    #[test]
    fn a_peer_that_ended_with_a_message_unread_is_gone_like_any_other() {
        let [one, other] = pair().expect("two sockets");
        send(other.as_fd(), b"unread", &[]).expect("room");
        drop(one);
        let gone = send(other.as_fd(), b"x", &[]).expect_err("its peer is gone");
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

    #[test]
    fn a_message_carries_253_descriptors() {
        let [one, other] = pair().expect("two sockets");
        let file = memfd::create(c"test").expect("a memory file");
        send(one.as_fd(), b"all", &[file.as_fd(); MOST]).expect("room");
        let mut buffer = [0; 8];
        let got = receive(other.as_fd(), &mut buffer).expect("it has come");
        assert_eq!((got.length, got.descriptors.len(), got.truncated), (3, MOST, false));
    }

    #[test]
    fn descriptors_that_are_not_taken_are_closed() {
        let [one, other] = pair().expect("two sockets");
        let [kept, sent] = pair().expect("two sockets");
        send(one.as_fd(), b"long", &[sent.as_fd()]).expect("room");
        drop(sent);
        drop(receive(other.as_fd(), &mut [0; 2]).expect("it has come"));
        assert!(
            poll::is_ready(kept.as_fd(), Some(Instant::now())).expect("it can be asked"),
            "its peer is closed"
        );
    }

    #[test]
    fn a_message_that_was_looked_at_is_still_there_with_its_descriptors() {
        let [one, other] = pair().expect("two sockets");
        assert_eq!(peek(other.as_raw_fd()), None, "nothing has come");
        send(one.as_fd(), b"message", &[one.as_fd()]).expect("room");
        assert!(peek(other.as_raw_fd()).is_some_and(|front| front.starts_with(b"message\0")));
        let got = receive(other.as_fd(), &mut [0; 16]).expect("it is still there");
        assert_eq!((got.length, got.descriptors.len()), (7, 1));
        let file = memfd::create(c"test").expect("a memory file");
        assert_eq!(peek(file.as_raw_fd()), None, "it is no socket");
    }

    #[test]
    fn too_many_descriptors_in_flight_are_told_from_a_full_socket() {
        assert!(too_many_in_flight(&io::Error::from_raw_os_error(libc::ETOOMANYREFS)));
        assert!(!too_many_in_flight(&io::ErrorKind::WouldBlock.into()));
    }

    #[test]
    fn waiting_ends_at_the_deadline() {
        let [one, other] = pair().expect("two sockets");
        let soon = || Some(Instant::now() + std::time::Duration::from_millis(10));
        let late = receive_by(other.as_fd(), &mut [0; 4], soon()).err().expect("nothing comes");
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        let full = (0..100_000).find_map(|_| send_by(one.as_fd(), &[0; 1000], &[], soon()).err());
        assert_eq!(full.expect("it ends").kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_message_that_has_no_room_is_sent_once_there_is() {
        let [one, other] = pair().expect("two sockets");
        let mut sent = 0;
        while send(one.as_fd(), &[0; 1000], &[]).is_ok() {
            sent += 1;
        }
        std::thread::scope(|scope| {
            scope.spawn(|| send_by(one.as_fd(), b"last", &[], None).expect("there will be room"));
            for _ in 0..sent {
                assert_eq!(receive_by(other.as_fd(), &mut [0; 1000], None).expect("it comes").length, 1000);
            }
            assert_eq!(receive_by(other.as_fd(), &mut [0; 1000], None).expect("it comes").length, 4);
        });
    }
}
