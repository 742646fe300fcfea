//! The sending end of a queue.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::codec::{until, with_bytes_of};
use super::handle::SendingEnd;
use super::sending::{self, Kind};
use crate::error::{SendError, SendErrorKind};
use crate::sys::robust::Patience;

/// The sending end of a [`queue`](fn@super::queue).
///
/// Clone it for other threads, and pass it to other processes as an argument, alone or inside a structure. All senders fill the
/// same queue. The values of one thread arrive in the order in which it sent them.
///
/// A `Sender` that is open is what keeps the receivers waiting. Drop those that are not needed, and the [`Process`](crate::Process)
/// that has one as an argument.
///
/// A process has 5 descriptors for a sender and its clones, which share them.
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::{SendErrorKind, queue};
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver) = queue::<String>(2)?;
///     sender.send("one".to_owned())?;
///     sender.try_send("two".to_owned())?;
///     assert!(sender.is_full());
///     let error = sender.send_timeout("three".to_owned(), Duration::from_millis(1)).expect_err("it is full");
///     assert!(matches!(error.kind, SendErrorKind::TimedOut));
///     assert_eq!(error.into_value(), "three");
///     drop(receiver);
///     let error = sender.send("four".to_owned()).expect_err("the last receiver is gone");
///     assert!(matches!(error.kind, SendErrorKind::Disconnected));
///     Ok(())
/// }
/// ```
pub struct Sender<T> {
    end: SendingEnd,
    sends: PhantomData<fn(T)>,
}

impl<T> Sender<T> {
    pub(super) fn new(end: SendingEnd) -> Sender<T> {
        Sender { end, sends: PhantomData }
    }

    pub(super) fn end(&self) -> &SendingEnd {
        &self.end
    }

    /// How many values are in the queue now. Other threads and processes may change that at any moment. Python's `qsize`.
    pub fn len(&self) -> usize {
        self.end.core.len()
    }

    /// Whether there was no value in the queue. Python's `empty`.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the queue held as many values as it may. Python's `full`.
    ///
    /// A send may have to wait before that, if the values are long and their bytes fill the queue's memory.
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// The most values that the queue holds, which is the bound that it was made with.
    pub fn capacity(&self) -> usize {
        self.end.core.bound() as usize
    }

    /// Sends bytes, without a serializer, and waits while the queue is full.
    ///
    /// They take a place among the values, and are received with [`recv_bytes`](super::Receiver::recv_bytes) or
    /// [`recv_bytes_into`](super::Receiver::recv_bytes_into). They are copied once, into the queue's memory, where the value of a
    /// [`send`](Sender::send) is first written and then copied. Everything else is as for `send`.
    ///
    /// ```
    /// use multiprocess::queue::Receiver;
    /// use multiprocess::{Process, queue};
    ///
    /// fn sum(pictures: Receiver<()>) -> u64 {
    ///     let mut picture = [0; 4096];
    ///     let mut sum = 0;
    ///     while let Ok(length) = pictures.recv_bytes_into(&mut picture) {
    ///         sum += picture[..length].iter().map(|&pixel| u64::from(pixel)).sum::<u64>();
    ///     }
    ///     sum
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let (sender, pictures) = queue(10)?;
    ///     let mut child = Process::new(sum, (pictures,)).start()?;
    ///     sender.send_bytes(&[1; 4096]).expect("the child receives");
    ///     sender.send_bytes(&[2; 1000]).expect("the child receives");
    ///     drop(sender);
    ///     assert_eq!(child.join()?, 4096 + 2000);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SendErrorKind`], as in the error of [`send`](Sender::send), but for `NotSerializable`.
    pub fn send_bytes(&self, bytes: &[u8]) -> Result<(), SendErrorKind> {
        self.send_bytes_with(bytes, Patience::Endless)
    }

    /// Sends bytes if there is room for them now.
    ///
    /// # Errors
    ///
    /// As [`try_send`](Sender::try_send), but for `NotSerializable`.
    pub fn try_send_bytes(&self, bytes: &[u8]) -> Result<(), SendErrorKind> {
        self.send_bytes_with(bytes, Patience::None)
    }

    /// Sends bytes, and waits for at most that long while the queue is full.
    ///
    /// # Errors
    ///
    /// As [`send_timeout`](Sender::send_timeout), but for `NotSerializable`.
    pub fn send_bytes_timeout(&self, bytes: &[u8], limit: Duration) -> Result<(), SendErrorKind> {
        self.send_bytes_with(bytes, until(limit))
    }

    fn send_bytes_with(&self, bytes: &[u8], patience: Patience) -> Result<(), SendErrorKind> {
        sending::send(&self.end.core, self.end.life(), Kind::Bytes, bytes, patience)
    }
}

impl<T: Serialize> Sender<T> {
    /// Sends a value, and waits while the queue is full. Python's `put`.
    ///
    /// When it returns `Ok`, the value is in shared memory, and stays there if this process ends or is killed. No thread has to
    /// deliver it first, as in Python. A receiver that is killed while it takes the value may still lose it.
    ///
    /// # Errors
    ///
    /// [`SendError`], with the value in it. [`Disconnected`](crate::SendErrorKind::Disconnected) says that the last receiver was
    /// dropped or its process has ended. If the process was killed in the last few milliseconds, a send may still succeed.
    /// [`NotSerializable`](crate::SendErrorKind::NotSerializable) says that the value cannot be turned into bytes, or holds a
    /// descriptor.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.send_with(value, Patience::Endless)
    }

    /// Sends a value if there is room for it now. Python's `put_nowait`.
    ///
    /// A value that is longer than the queue's memory never has room: send it with [`send`](Sender::send) or
    /// [`send_timeout`](Sender::send_timeout). If another sender is just copying its value, this call waits for that, for up to 5
    /// milliseconds.
    ///
    /// # Errors
    ///
    /// As for [`send`](Sender::send), and [`Full`](crate::SendErrorKind::Full) if there is no room.
    pub fn try_send(&self, value: T) -> Result<(), SendError<T>> {
        self.send_with(value, Patience::None)
    }

    /// Sends a value, and waits for at most that long while the queue is full. Python's `put` with a `timeout`.
    ///
    /// The limit is kept to a millisecond on an idle machine, whatever signals arrive and however the wall clock is set. The time
    /// for which the system is suspended does not count.
    ///
    /// # Errors
    ///
    /// As for [`send`](Sender::send), and [`TimedOut`](crate::SendErrorKind::TimedOut).
    pub fn send_timeout(&self, value: T, limit: Duration) -> Result<(), SendError<T>> {
        self.send_with(value, until(limit))
    }

    fn send_with(&self, value: T, patience: Patience) -> Result<(), SendError<T>> {
        let send =
            |bytes: &[u8]| sending::send(&self.end.core, self.end.life(), Kind::Value, bytes, patience);
        with_bytes_of(&value, send).map_err(|kind| SendError::new(value, kind))
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        Sender::new(self.end.clone())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .finish_non_exhaustive()
    }
}

impl<T> Serialize for Sender<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.end.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Sender<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sender<T>, D::Error> {
        SendingEnd::deserialize(deserializer).map(Sender::new)
    }
}
