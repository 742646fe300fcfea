//! One end of a connection: how messages go out of it and come in.
//!
//! The two ends are a pair of sockets that keep messages apart. A message with a short body is one packet, so the kernel itself
//! takes care that several senders and receivers never mix: there is no lock. See [`super::body`] for a long one.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::body::Outgoing;
use super::buffers::{IN, OUT, keep, take};
use super::header::{self, DESCRIPTORS, Header, INLINE, Kind, Place};
use super::message::{Message, ROOM};
use crate::error::{RecvError, SendErrorKind};
use crate::sys::ends::End;
use crate::sys::robust::Patience;
use crate::sys::{poll, socket, stream};
use crate::wire::carried::{self, Descriptor, Lent};
use crate::wire::encode_into;
use crate::wire::skips::skips_fields;

/// When to look again where no event tells that there is room.
const PAUSE: Duration = Duration::from_millis(1);

/// Bytes up to this many are copied behind their header: that takes less time than sending two parts.
const COPIED: usize = 2 << 10;

/// What an end may do, which travels with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Role {
    Sends,
    Receives,
    Both,
}

/// One end.
#[derive(Debug)]
pub(super) struct Channel {
    end: End,
    /// Messages that turned out to be longer than the call took which received them. To look at their length before would be a system
    /// call more for every message.
    held_back: Mutex<VecDeque<Message<'static>>>,
    holds_back: AtomicBool,
}

impl Channel {
    fn new(end: OwnedFd) -> Arc<Channel> {
        let end = End::new(end);
        Arc::new(Channel { end, held_back: Mutex::default(), holds_back: AtomicBool::new(false) })
    }

    /// Two connected ends.
    pub(super) fn pair() -> io::Result<[Arc<Channel>; 2]> {
        Ok(socket::pair()?.map(Channel::new))
    }

    pub(super) fn serialize<S: Serializer>(&self, role: Role, serializer: S) -> Result<S::Ok, S::Error> {
        (role, Lent(self.end.as_fd())).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        role: Role,
        deserializer: D,
    ) -> Result<Arc<Channel>, D::Error> {
        let (written, end) = <(Role, Descriptor)>::deserialize(deserializer)?;
        if written != role || !socket::is_one(end.as_fd()) {
            return Err(D::Error::custom("it is another end of a pipe, or none"));
        }
        Ok(Channel::new(end.into_fd()))
    }

    /// Sends a value.
    pub(super) fn send_value<T: Serialize>(
        &self,
        value: &T,
        patience: Patience,
    ) -> Result<(), SendErrorKind> {
        let refused = |reason| SendErrorKind::NotSerializable { reason };
        if cfg!(debug_assertions) && skips_fields(value) {
            let why =
                "a type in it skips fields (skip_serializing_if), so it would read back as another value";
            return Err(refused(why.to_owned()));
        }
        let mut buffer = take(&OUT);
        buffer.clear();
        buffer.extend([0; header::LENGTH]);
        let (written, descriptors) = carried::writing(|| encode_into(value, buffer));
        let mut message = written.map_err(refused)?;
        if descriptors.len() > DESCRIPTORS {
            let count = descriptors.len();
            return Err(refused(format!(
                "it holds {count} descriptors, and a message has at most {DESCRIPTORS}"
            )));
        }
        let sent = self.send(Kind::Value, &mut message, &[], &descriptors, patience);
        keep(&OUT, message);
        sent
    }

    /// Sends bytes.
    pub(super) fn send_bytes(&self, bytes: &[u8], patience: Patience) -> Result<(), SendErrorKind> {
        if bytes.len() > COPIED {
            return self.send(Kind::Bytes, &mut [0; header::LENGTH], bytes, &[], patience);
        }
        let mut message = take(&OUT);
        message.clear();
        message.extend([0; header::LENGTH]);
        message.extend_from_slice(bytes);
        let sent = self.send(Kind::Bytes, &mut message, &[], &[], patience);
        keep(&OUT, message);
        sent
    }

    /// Sends a message. It begins with room for its header. The body is what is behind that, or `body` if that is nothing.
    fn send(
        &self,
        kind: Kind,
        message: &mut [u8],
        body: &[u8],
        descriptors: &[OwnedFd],
        patience: Patience,
    ) -> Result<(), SendErrorKind> {
        let (room, behind) = message.split_first_chunk_mut().expect("there is room for a header");
        let whole = body.is_empty();
        let length = if whole { behind.len() } else { body.len() };
        let mut header = Header {
            kind,
            place: Place::Inline,
            descriptors: u16::try_from(descriptors.len()).expect("their number has been checked"),
            length: length as u64,
        };
        *room = header.to_bytes();
        let mut descriptors: Vec<_> = descriptors.iter().map(AsFd::as_fd).collect();
        if length <= INLINE {
            let parts = [IoSlice::new(message), IoSlice::new(body)];
            let parts = if whole { &parts[..1] } else { &parts };
            match self.send_packet(parts, &descriptors, patience) {
                // The system gives sockets less room than usual.
                Err(error) if socket::is_too_long(&error) => {}
                sent => return sent.map_err(not_sent),
            }
        }
        // Writing the file is in vain if it cannot be sent.
        if patience == Patience::None && !poll::has_room(self.as_fd(), Instant::now()).map_err(not_sent)? {
            return Err(SendErrorKind::Full);
        }
        let body = if whole { &message[header::LENGTH..] } else { body };
        let (outgoing, receivers) = Outgoing::begin(body, patience)?;
        header.place = Place::Elsewhere;
        descriptors.push(receivers.as_fd());
        self.send_packet(&[IoSlice::new(&header.to_bytes())], &descriptors, patience).map_err(not_sent)?;
        // While this process has the other end, too, it would not see that the receiver is gone.
        drop(receivers);
        outgoing.finish(patience)
    }

    fn send_packet(
        &self,
        parts: &[IoSlice<'_>],
        descriptors: &[BorrowedFd<'_>],
        patience: Patience,
    ) -> io::Result<()> {
        loop {
            match socket::send_parts(self.as_fd(), parts, descriptors, patience) {
                Err(error) if socket::too_many_in_flight(&error) => match patience {
                    Patience::None => return Err(io::ErrorKind::WouldBlock.into()),
                    Patience::Until(deadline) if Instant::now() >= deadline => {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    Patience::Until(_) | Patience::Endless => poll::pause(PAUSE),
                },
                sent => return sent,
            }
        }
    }

    /// Receives a value.
    pub(super) fn receive_value<T: DeserializeOwned>(&self, patience: Patience) -> Result<T, RecvError> {
        self.receive(None, patience, |message| message.into_value(patience))
    }

    /// Receives bytes, at most so many.
    pub(super) fn receive_bytes(&self, most: usize, patience: Patience) -> Result<Vec<u8>, RecvError> {
        self.receive(Some(most), patience, |message| message.into_bytes(patience))
    }

    /// Receives bytes that fit into the buffer, and says how many they are.
    pub(super) fn receive_into(&self, buffer: &mut [u8], patience: Patience) -> Result<usize, RecvError> {
        self.receive(Some(buffer.len()), patience, |message| message.into_buffer(buffer, patience))
    }

    /// Takes the next message and reads it. Bytes that are more than `most` are held back for the next call.
    fn receive<R>(
        &self,
        most: Option<usize>,
        patience: Patience,
        read: impl FnOnce(Message<'_>) -> Result<R, RecvError>,
    ) -> Result<R, RecvError> {
        if let Some(message) = self.take_held_back(most)? {
            return read(message);
        }
        let mut buffer = take(&IN);
        // Zeros that the system has ready. Pages that no message reaches cost nothing.
        if buffer.len() != ROOM {
            buffer = vec![0; ROOM];
        }
        let received = self.take_next(patience, &mut buffer);
        let read = received.and_then(|message| read(self.or_hold_back(message, most)?));
        keep(&IN, buffer);
        read
    }

    fn take_next<'a>(&self, patience: Patience, buffer: &'a mut [u8]) -> Result<Message<'a>, RecvError> {
        let received = socket::receive_patiently(self.as_fd(), buffer, patience).map_err(not_received)?;
        if received.length == 0 {
            // An empty packet looks like the end.
            return Err(match poll::has_hung_up(self.as_fd()) {
                Ok(false) => RecvError::Damaged { reason: "a message is empty" },
                Ok(true) | Err(_) => RecvError::Disconnected,
            });
        }
        Message::of(received, buffer)
    }

    fn take_held_back(&self, most: Option<usize>) -> Result<Option<Message<'static>>, RecvError> {
        if !self.holds_back.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let mut held_back = self.held_back();
        held_back.front().map_or(Ok(()), |first| first.expect_at_most(most))?;
        let first = held_back.pop_front();
        self.holds_back.store(!held_back.is_empty(), Ordering::Relaxed);
        Ok(first)
    }

    /// The message, unless it is too long. Then it stays here, since it cannot go back.
    fn or_hold_back<'a>(&self, message: Message<'a>, most: Option<usize>) -> Result<Message<'a>, RecvError> {
        match message.expect_at_most(most) {
            Ok(()) => Ok(message),
            Err(error) => {
                self.held_back().push_back(message.into_owned());
                self.holds_back.store(true, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    fn held_back(&self) -> MutexGuard<'_, VecDeque<Message<'static>>> {
        self.held_back.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.as_fd()
    }
}

/// To wait for so long. A time that no clock reaches is forever.
pub(super) fn within(timeout: Duration) -> Patience {
    Instant::now().checked_add(timeout).into()
}

fn not_sent(error: io::Error) -> SendErrorKind {
    match error.kind() {
        io::ErrorKind::WouldBlock => SendErrorKind::Full,
        io::ErrorKind::TimedOut => SendErrorKind::TimedOut,
        _ if stream::is_broken_off(&error) => SendErrorKind::Disconnected,
        _ => SendErrorKind::System { step: "sending it", source: error },
    }
}

fn not_received(error: io::Error) -> RecvError {
    match error.kind() {
        io::ErrorKind::WouldBlock => RecvError::Empty,
        io::ErrorKind::TimedOut => RecvError::TimedOut,
        _ => RecvError::System { step: "receiving it", source: error },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_comes_first_and_stays_while_it_is_too_long() {
        let [sender, receiver] = Channel::pair().expect("two descriptors are free");
        sender.send_bytes(&[1; 10], Patience::None).expect("there is room");
        sender.send_bytes(&[2; 20], Patience::None).expect("there is room");
        let error = receiver.receive_bytes(5, Patience::None).expect_err("it is longer");
        assert!(matches!(error, RecvError::TooLong { length: 10, most: 5 }));
        for _ in 0..2 {
            let error = receiver.receive_bytes(9, Patience::None).expect_err("it is longer");
            assert!(matches!(error, RecvError::TooLong { length: 10, most: 9 }));
        }
        assert_eq!(receiver.receive_bytes(10, Patience::None).expect("it is there"), [1; 10]);
        assert_eq!(receiver.receive_bytes(20, Patience::None).expect("it is there"), [2; 20]);
        assert!(matches!(receiver.receive_bytes(9, Patience::None), Err(RecvError::Empty)));
    }
}
