//! The end of a duplex pipe.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::channel::{Channel, Role, within};
use crate::error::{RecvError, SendError, SendErrorKind};
use crate::sys::robust::Patience;

/// One end of a [`duplex`](super::duplex) pipe. It sends values of type `S` and receives values of type `R`.
///
/// It does what a [`Sender`](super::Sender) and a [`Receiver`](super::Receiver) do, and makes the same promises. A clone is the
/// same end. When every copy of one end is gone, the other end is disconnected in both directions, after it has received what was
/// sent.
///
/// Its descriptor is ready for [`wait`](fn@crate::wait) when a message is there, or the end. The counterpart of Python's
/// `Connection`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::{RecvError, SendErrorKind, duplex};
///
/// fn main() -> multiprocess::Result<()> {
///     let (one, other) = duplex::<String, usize>()?;
///     one.send("question".to_owned())?;
///     let question = other.recv()?;
///     other.send(question.len())?;
///     assert_eq!(one.recv_timeout(Duration::from_secs(1))?, 8);
///     assert!(matches!(one.try_recv(), Err(RecvError::Empty)));
///
///     other.send(9)?;
///     drop(other);
///     assert_eq!(one.recv()?, 9);
///     assert!(matches!(one.recv(), Err(RecvError::Disconnected)));
///     let error = one.send("too late".to_owned()).expect_err("the other end is gone");
///     assert!(matches!(error.kind, SendErrorKind::Disconnected));
///     Ok(())
/// }
/// ```
pub struct Connection<S, R> {
    channel: Arc<Channel>,
    /// It takes and gives values, and has none. So it can be used by all threads, whatever the values are.
    exchanges: PhantomData<fn(S) -> R>,
}

impl<S, R> Connection<S, R> {
    pub(super) fn over(channel: Arc<Channel>) -> Connection<S, R> {
        Connection { channel, exchanges: PhantomData }
    }

    /// Sends bytes, as [`Sender::send_bytes`](super::Sender::send_bytes) does, with its errors.
    pub fn send_bytes(&self, bytes: &[u8]) -> Result<(), SendErrorKind> {
        self.channel.send_bytes(bytes, Patience::Endless)
    }

    /// Sends bytes if there is room now, as [`Sender::try_send_bytes`](super::Sender::try_send_bytes) does, with its errors.
    pub fn try_send_bytes(&self, bytes: &[u8]) -> Result<(), SendErrorKind> {
        self.channel.send_bytes(bytes, Patience::None)
    }

    /// Sends bytes and waits at most so long, as [`Sender::send_bytes_timeout`](super::Sender::send_bytes_timeout) does, with its
    /// errors.
    pub fn send_bytes_timeout(&self, bytes: &[u8], timeout: Duration) -> Result<(), SendErrorKind> {
        self.channel.send_bytes(bytes, within(timeout))
    }

    /// Receives bytes, at most so many, as [`Receiver::recv_bytes`](super::Receiver::recv_bytes) does, with its errors.
    pub fn recv_bytes(&self, most: usize) -> Result<Vec<u8>, RecvError> {
        self.channel.receive_bytes(most, Patience::Endless)
    }

    /// Receives bytes if they have come, as [`Receiver::try_recv_bytes`](super::Receiver::try_recv_bytes) does, with its errors.
    pub fn try_recv_bytes(&self, most: usize) -> Result<Vec<u8>, RecvError> {
        self.channel.receive_bytes(most, Patience::None)
    }

    /// Receives bytes and waits at most so long, as [`Receiver::recv_bytes_timeout`](super::Receiver::recv_bytes_timeout) does,
    /// with its errors.
    pub fn recv_bytes_timeout(&self, most: usize, timeout: Duration) -> Result<Vec<u8>, RecvError> {
        self.channel.receive_bytes(most, within(timeout))
    }

    /// Receives bytes into a buffer, as [`Receiver::recv_bytes_into`](super::Receiver::recv_bytes_into) does, with its errors.
    pub fn recv_bytes_into(&self, buffer: &mut [u8]) -> Result<usize, RecvError> {
        self.channel.receive_into(buffer, Patience::Endless)
    }
}

impl<S: Serialize, R> Connection<S, R> {
    /// Sends a value and waits until there is room, as [`Sender::send`](super::Sender::send) does, with its errors.
    pub fn send(&self, value: S) -> Result<(), SendError<S>> {
        self.send_with(value, Patience::Endless)
    }

    /// Sends a value if there is room now, as [`Sender::try_send`](super::Sender::try_send) does, with its errors.
    pub fn try_send(&self, value: S) -> Result<(), SendError<S>> {
        self.send_with(value, Patience::None)
    }

    /// Sends a value and waits at most so long, as [`Sender::send_timeout`](super::Sender::send_timeout) does, with its errors.
    pub fn send_timeout(&self, value: S, timeout: Duration) -> Result<(), SendError<S>> {
        self.send_with(value, within(timeout))
    }

    fn send_with(&self, value: S, patience: Patience) -> Result<(), SendError<S>> {
        self.channel.send_value(&value, patience).map_err(|kind| SendError::new(value, kind))
    }
}

impl<S, R: DeserializeOwned> Connection<S, R> {
    /// Receives a value and waits until one has come, as [`Receiver::recv`](super::Receiver::recv) does, with its errors.
    pub fn recv(&self) -> Result<R, RecvError> {
        self.channel.receive_value(Patience::Endless)
    }

    /// Receives a value if one has come, as [`Receiver::try_recv`](super::Receiver::try_recv) does, with its errors.
    pub fn try_recv(&self) -> Result<R, RecvError> {
        self.channel.receive_value(Patience::None)
    }

    /// Receives a value and waits at most so long, as [`Receiver::recv_timeout`](super::Receiver::recv_timeout) does, with its
    /// errors.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<R, RecvError> {
        self.channel.receive_value(within(timeout))
    }
}

impl<S, R> Clone for Connection<S, R> {
    fn clone(&self) -> Connection<S, R> {
        Connection::over(Arc::clone(&self.channel))
    }
}

impl<S, R> fmt::Debug for Connection<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("fd", &self.as_raw_fd()).finish_non_exhaustive()
    }
}

impl<S, R> AsFd for Connection<S, R> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

impl<S, R> AsRawFd for Connection<S, R> {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl<S, R> Serialize for Connection<S, R> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        self.channel.serialize(Role::Both, serializer)
    }
}

impl<'de, S, R> Deserialize<'de> for Connection<S, R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Connection<S, R>, D::Error> {
        Ok(Connection::over(Channel::deserialize(Role::Both, deserializer)?))
    }
}
