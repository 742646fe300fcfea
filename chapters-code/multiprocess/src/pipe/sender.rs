//! The end of a pipe that sends.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::channel::{Channel, Role, within};
use crate::error::{SendError, SendErrorKind};
use crate::sys::robust::Patience;

/// The end of a [`pipe`](fn@super::pipe) that sends.
///
/// A clone is the same end. The receivers are told of the end when every copy in every process is gone. A sender can go to another
/// process as an argument or in a message, alone or inside a structure.
///
/// Its descriptor is ready for [`wait`](fn@crate::wait) when every receiver is gone. The counterpart of a Python `Connection` that
/// only writes.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::{SendErrorKind, pipe, wait};
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver) = pipe::<u32>()?;
///     sender.send(1)?;
///     sender.send_timeout(2, Duration::from_secs(1))?;
///     while sender.try_send(3).is_ok() {}
///     let error = sender.try_send(4).expect_err("the pipe is full");
///     assert!(matches!(error.kind, SendErrorKind::Full));
///     assert_eq!(error.into_value(), 4);
///     let full = sender.send_bytes_timeout(b"bytes", Duration::from_millis(5));
///     assert!(matches!(full, Err(SendErrorKind::TimedOut)));
///
///     assert_eq!((receiver.recv()?, receiver.recv()?, receiver.recv()?), (1, 2, 3));
///     drop(receiver);
///     assert_eq!(wait(&[&sender], None)?, [0]);
///     let error = sender.send_bytes(b"too late").expect_err("no receiver is left");
///     assert!(matches!(error, SendErrorKind::Disconnected));
///     Ok(())
/// }
/// ```
pub struct Sender<T> {
    channel: Arc<Channel>,
    /// It takes values, and has none. So it can be used by all threads, whatever the values are.
    takes: PhantomData<fn(T)>,
}

impl<T> Sender<T> {
    pub(super) fn over(channel: Arc<Channel>) -> Sender<T> {
        Sender { channel, takes: PhantomData }
    }

    /// Sends bytes, without a serializer. The other end receives them with [`recv_bytes`](super::Receiver::recv_bytes).
    ///
    /// Waits as [`send`](Sender::send) does. The counterpart of Python's `send_bytes`.
    ///
    /// # Errors
    ///
    /// As [`send`](Sender::send), but for `NotSerializable`.
    pub fn send_bytes(&self, bytes: &[u8]) -> Result<(), SendErrorKind> {
        self.channel.send_bytes(bytes, Patience::Endless)
    }

    /// Sends bytes if there is room for them now.
    ///
    /// # Errors
    ///
    /// As [`try_send`](Sender::try_send), but for `NotSerializable`.
    pub fn try_send_bytes(&self, bytes: &[u8]) -> Result<(), SendErrorKind> {
        self.channel.send_bytes(bytes, Patience::None)
    }

    /// Sends bytes, and waits at most so long.
    ///
    /// # Errors
    ///
    /// As [`send_timeout`](Sender::send_timeout), but for `NotSerializable`.
    pub fn send_bytes_timeout(&self, bytes: &[u8], timeout: Duration) -> Result<(), SendErrorKind> {
        self.channel.send_bytes(bytes, within(timeout))
    }
}

impl<T: Serialize> Sender<T> {
    /// Sends a value, and waits until there is room for it.
    ///
    /// When it returns `Ok`, the value is in the pipe and this process may end. That does not mean that it has been received: if
    /// every receiver ends first, it is lost. A value of more than 128 KiB waits for a receiver that takes it. A signal does not
    /// end the wait. The counterpart of Python's `send`.
    ///
    /// # Errors
    ///
    /// Each hands the value back, and no receiver gets it.
    ///
    /// - [`SendErrorKind::Disconnected`] if every receiver is gone.
    /// - [`SendErrorKind::NotSerializable`] if the value cannot be written, or holds more than 250 descriptors.
    /// - [`SendErrorKind::BrokenOff`] if the receiver of a long value was killed, or gave up, in the middle of it.
    /// - [`SendErrorKind::System`] if the operating system refuses a step.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.send_with(value, Patience::Endless)
    }

    /// Sends a value if there is room for it now.
    ///
    /// It never waits for another process. A value of more than 128 KiB goes into a file in memory, which takes that much memory
    /// until it has been received. For such a value it answers `Full` earlier than for a short one, so that it does not write
    /// the file in vain.
    ///
    /// # Errors
    ///
    /// [`SendErrorKind::Full`] if there is no room. The others as for [`send`](Sender::send).
    pub fn try_send(&self, value: T) -> Result<(), SendError<T>> {
        self.send_with(value, Patience::None)
    }

    /// Sends a value, and waits at most so long for room.
    ///
    /// # Errors
    ///
    /// [`SendErrorKind::TimedOut`] if the time is over first. Of a long value a part may have been sent by then. The
    /// receiver of that part gets [`RecvError::Truncated`](crate::RecvError::Truncated). The others as for [`send`](Sender::send).
    pub fn send_timeout(&self, value: T, timeout: Duration) -> Result<(), SendError<T>> {
        self.send_with(value, within(timeout))
    }

    fn send_with(&self, value: T, patience: Patience) -> Result<(), SendError<T>> {
        self.channel.send_value(&value, patience).map_err(|kind| SendError::new(value, kind))
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        Sender::over(Arc::clone(&self.channel))
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("fd", &self.as_raw_fd()).finish_non_exhaustive()
    }
}

impl<T> AsFd for Sender<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

impl<T> AsRawFd for Sender<T> {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl<T> Serialize for Sender<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.channel.serialize(Role::Sends, serializer)
    }
}

impl<'de, T> Deserialize<'de> for Sender<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sender<T>, D::Error> {
        Ok(Sender::over(Channel::deserialize(Role::Sends, deserializer)?))
    }
}
