//! The end of a pipe that receives.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::channel::{Channel, Role, within};
use crate::error::RecvError;
use crate::sys::robust::Patience;

/// The end of a [`pipe`](fn@super::pipe) that receives.
///
/// A clone is the same end, and each message goes to one of the clones, whichever asks first. The order of the messages of one
/// sender is kept. The senders are told when every copy in every process is gone. A receiver can go to another process as an
/// argument or in a message, alone or inside a structure.
///
/// Its descriptor is ready for [`wait`](fn@crate::wait), [`WaitSet`](crate::WaitSet) and any poll loop when a message is
/// there, or the end. If other receivers may take that message first, follow with [`try_recv`](Receiver::try_recv). The
/// counterpart of a Python `Connection` that only reads.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::{RecvError, pipe, wait};
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver) = pipe::<String>()?;
///     assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
///     let late = receiver.recv_timeout(Duration::from_millis(5));
///     assert!(matches!(late, Err(RecvError::TimedOut)));
///
///     sender.send("a value".to_owned())?;
///     sender.send_bytes(b"bytes")?;
///     assert_eq!(wait(&[&receiver], None)?, [0]);
///     assert_eq!(receiver.recv()?, "a value");
///     let long = receiver.recv_bytes(4);
///     assert!(matches!(long, Err(RecvError::TooLong { length: 5, most: 4 })));
///     let mut buffer = [0; 16];
///     let length = receiver.recv_bytes_into(&mut buffer)?;
///     assert_eq!(&buffer[..length], b"bytes");
///
///     drop(sender);
///     assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
///     Ok(())
/// }
/// ```
///
/// In tokio, an `AsyncFd` awaits a message without a thread. Making one takes `unsafe` and the promise that the descriptor stays
/// open, which a receiver keeps for as long as it lives:
///
/// ```
/// use multiprocess::pipe::{Receiver, Sender};
/// use multiprocess::{Process, RecvError, pipe};
/// use tokio::io::{Interest, unix::AsyncFd};
///
/// fn count(numbers: Sender<u32>) {
///     for number in 0..1000 {
///         numbers.send(number).expect("the parent receives");
///     }
/// }
///
/// async fn sum(numbers: Receiver<u32>) -> Result<u32, Box<dyn std::error::Error>> {
///     // SAFETY: the receiver keeps this descriptor open until it is dropped, and always answers with the same one.
///     let numbers = unsafe { AsyncFd::register_with_interest(numbers, Interest::READABLE) }?;
///     let mut sum = 0;
///     loop {
///         let mut ready = numbers.readable().await?;
///         match ready.get_inner().try_recv() {
///             Ok(number) => sum += number,
///             Err(RecvError::Empty) => ready.clear_ready(),
///             Err(RecvError::Disconnected) => return Ok(sum),
///             Err(error) => return Err(error.into()),
///         }
///     }
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     multiprocess::init();
///     let (sender, receiver) = pipe()?;
///     let mut child = Process::new(count, (sender,)).start()?;
///     let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
///     assert_eq!(runtime.block_on(sum(receiver))?, 499_500);
///     child.join()?;
///     Ok(())
/// }
/// ```
pub struct Receiver<T> {
    channel: Arc<Channel>,
    /// It gives values, and has none. So it can be used by all threads, whatever the values are.
    gives: PhantomData<fn() -> T>,
}

impl<T> Receiver<T> {
    pub(super) fn over(channel: Arc<Channel>) -> Receiver<T> {
        Receiver { channel, gives: PhantomData }
    }

    /// Receives the bytes of one [`send_bytes`](super::Sender::send_bytes), at most so many, and waits until they have come.
    ///
    /// `usize::MAX` is no limit. If the message is longer than the limit, it stays in this handle and its clones in this process, for
    /// their next call. Receivers in other processes do not get it, and [`wait`](fn@crate::wait) does not see it there. The counterpart of
    /// Python's `recv_bytes(maxlength)`, which breaks the connection if the message is longer.
    ///
    /// # Errors
    ///
    /// [`RecvError::TooLong`] if the next message has more bytes. It is still there for the next call. The others as for
    /// [`recv`](Receiver::recv). A value that comes in place of bytes is `Undecodable`.
    pub fn recv_bytes(&self, most: usize) -> Result<Vec<u8>, RecvError> {
        self.channel.receive_bytes(most, Patience::Endless)
    }

    /// Receives bytes, at most so many, if they have come.
    ///
    /// # Errors
    ///
    /// As [`recv_bytes`](Receiver::recv_bytes), and [`RecvError::Empty`].
    pub fn try_recv_bytes(&self, most: usize) -> Result<Vec<u8>, RecvError> {
        self.channel.receive_bytes(most, Patience::None)
    }

    /// Receives bytes, at most so many, and waits at most so long.
    ///
    /// # Errors
    ///
    /// As [`recv_bytes`](Receiver::recv_bytes), and [`RecvError::TimedOut`].
    pub fn recv_bytes_timeout(&self, most: usize, timeout: Duration) -> Result<Vec<u8>, RecvError> {
        self.channel.receive_bytes(most, within(timeout))
    }

    /// Receives bytes into a buffer, waits until they have come, and returns how many they are.
    ///
    /// The counterpart of Python's `recv_bytes_into`.
    ///
    /// # Errors
    ///
    /// As [`recv_bytes`](Receiver::recv_bytes), with the length of the buffer as the limit. After [`RecvError::Truncated`] or
    /// `TimedOut`, the buffer may hold a part of the message.
    pub fn recv_bytes_into(&self, buffer: &mut [u8]) -> Result<usize, RecvError> {
        self.channel.receive_into(buffer, Patience::Endless)
    }
}

impl<T: DeserializeOwned> Receiver<T> {
    /// Receives a value, and waits until one has come. A signal does not end the wait.
    ///
    /// The counterpart of Python's `recv`.
    ///
    /// # Errors
    ///
    /// - [`RecvError::Disconnected`] if every sender is gone and all that they sent has been received.
    /// - [`RecvError::Truncated`] if the sender of a long value was killed, or gave up, in the middle of it.
    /// - [`RecvError::Undecodable`] if what came is no such value.
    /// - [`RecvError::Damaged`] if it does not come from this library.
    /// - [`RecvError::System`] if the operating system refuses a step. This process has no numbers left for the descriptors in the
    ///   value, or this is a forked child's copy of an end that its parent did not give it.
    ///
    /// After `Truncated`, `Undecodable` and `Damaged`, and after `System` for the first of these reasons, one message is lost and the
    /// next call goes on behind it.
    pub fn recv(&self) -> Result<T, RecvError> {
        self.channel.receive_value(Patience::Endless)
    }

    /// Receives a value if one has come.
    ///
    /// It does not wait for a value to begin. If a value of more than 128 KiB has come that its sender is still writing, this call
    /// reads it to its end. That takes as long as the sender takes. Use [`recv_timeout`](Receiver::recv_timeout) where a stopped
    /// sender must not hold up the receiver.
    ///
    /// # Errors
    ///
    /// [`RecvError::Empty`] if nothing has come. The others as for [`recv`](Receiver::recv).
    pub fn try_recv(&self) -> Result<T, RecvError> {
        self.channel.receive_value(Patience::None)
    }

    /// Receives a value, and waits at most so long for all of it.
    ///
    /// To receive long values, leave enough time for their copying. A loop of calls that is too short for a value hands it back
    /// each time. To look for one from time to time, use [`try_recv`](Receiver::try_recv).
    ///
    /// # Errors
    ///
    /// [`RecvError::TimedOut`] if the time is over first. If a part of a long value had come by then, its sender gets the value back,
    /// with [`SendErrorKind::BrokenOff`](crate::SendErrorKind::BrokenOff). The others as for [`recv`](Receiver::recv).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvError> {
        self.channel.receive_value(within(timeout))
    }

    /// The values that come, until every sender is gone. Waits for each.
    ///
    /// As with std's channels, the iteration ends at [`RecvError::Disconnected`]. Unlike there, receiving can fail in other ways, so
    /// each item is a `Result`. After an error the iteration goes on, except after [`RecvError::System`], where it ends.
    ///
    /// ```
    /// use multiprocess::pipe;
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     let (sender, receiver) = pipe::<u32>()?;
    ///     for number in 1..=3 {
    ///         sender.send(number)?;
    ///     }
    ///     assert_eq!(receiver.try_iter().count(), 3);
    ///     sender.send(4)?;
    ///     drop(sender);
    ///     let rest: Result<Vec<u32>, _> = receiver.iter().collect();
    ///     assert_eq!(rest?, [4]);
    ///     Ok(())
    /// }
    /// ```
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { receiver: self, broken: false }
    }

    /// The values that have come. It waits for none: the iteration ends at [`RecvError::Empty`], too.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { receiver: self, broken: false }
    }
}

/// What comes, until every sender is gone: [`Receiver::iter`] makes it.
///
/// # Examples
///
/// See [`Receiver::iter`].
#[derive(Debug)]
pub struct Iter<'a, T> {
    receiver: &'a Receiver<T>,
    broken: bool,
}

/// What has come: [`Receiver::try_iter`] makes it.
///
/// # Examples
///
/// See [`Receiver::iter`].
#[derive(Debug)]
pub struct TryIter<'a, T> {
    receiver: &'a Receiver<T>,
    broken: bool,
}

/// What comes, until every sender is gone, from a receiver that belongs to the iteration.
///
/// # Examples
///
/// See [`Receiver::iter`].
#[derive(Debug)]
pub struct IntoIter<T> {
    receiver: Receiver<T>,
    broken: bool,
}

/// The next item of an iteration, which is over at the end of the pipe, and behind an error that the next call would repeat.
fn item<T>(
    broken: &mut bool,
    receive: impl FnOnce() -> Result<T, RecvError>,
) -> Option<Result<T, RecvError>> {
    if *broken {
        return None;
    }
    match receive() {
        Err(RecvError::Disconnected) => {
            *broken = true;
            None
        }
        Err(RecvError::Empty) => None,
        received => {
            *broken = matches!(received, Err(RecvError::System { .. }));
            Some(received)
        }
    }
}

impl<T: DeserializeOwned> Iterator for Iter<'_, T> {
    type Item = Result<T, RecvError>;

    fn next(&mut self) -> Option<Result<T, RecvError>> {
        item(&mut self.broken, || self.receiver.recv())
    }
}

impl<T: DeserializeOwned> Iterator for TryIter<'_, T> {
    type Item = Result<T, RecvError>;

    fn next(&mut self) -> Option<Result<T, RecvError>> {
        item(&mut self.broken, || self.receiver.try_recv())
    }
}

impl<T: DeserializeOwned> Iterator for IntoIter<T> {
    type Item = Result<T, RecvError>;

    fn next(&mut self) -> Option<Result<T, RecvError>> {
        item(&mut self.broken, || self.receiver.recv())
    }
}

impl<T: DeserializeOwned> FusedIterator for Iter<'_, T> {}

impl<T: DeserializeOwned> FusedIterator for IntoIter<T> {}

impl<'a, T: DeserializeOwned> IntoIterator for &'a Receiver<T> {
    type Item = Result<T, RecvError>;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: DeserializeOwned> IntoIterator for Receiver<T> {
    type Item = Result<T, RecvError>;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter { receiver: self, broken: false }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Receiver<T> {
        Receiver::over(Arc::clone(&self.channel))
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("fd", &self.as_raw_fd()).finish_non_exhaustive()
    }
}

impl<T> AsFd for Receiver<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

impl<T> AsRawFd for Receiver<T> {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl<T> Serialize for Receiver<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.channel.serialize(Role::Receives, serializer)
    }
}

impl<'de, T> Deserialize<'de> for Receiver<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Receiver<T>, D::Error> {
        Ok(Receiver::over(Channel::deserialize(Role::Receives, deserializer)?))
    }
}
