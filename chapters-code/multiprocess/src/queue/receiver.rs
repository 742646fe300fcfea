//! The receiving end of a queue.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::codec::{until, value_from};
use super::destination::Bytes;
use super::handle::ReceivingEnd;
use super::receiving;
use crate::error::RecvError;
use crate::sys::robust::Patience;

/// The receiving end of a [`queue`](fn@super::queue).
///
/// Clone it for other threads, and pass it to other processes as an argument, alone or inside a structure. All receivers empty the
/// same queue, and each value goes to one of them. Which one is not defined: no order among receivers is kept.
///
/// It can be waited for beside children and other descriptors, see [`Receiver::as_fd`].
///
/// A process has 6 descriptors for a receiver and its clones, which share them.
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::{RecvError, queue};
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver) = queue::<u32>(10)?;
///     assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
///     assert!(matches!(receiver.recv_timeout(Duration::from_millis(1)), Err(RecvError::TimedOut)));
///     for n in 1..=4 {
///         sender.send(n)?;
///     }
///     assert_eq!(receiver.recv()?, 1);
///     drop(sender);
///     // What was sent is received, and then the loop ends, because the last sender is gone.
///     assert_eq!(receiver.iter().sum::<u32>(), 2 + 3 + 4);
///     assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
///     Ok(())
/// }
/// ```
pub struct Receiver<T> {
    end: ReceivingEnd,
    receives: PhantomData<fn() -> T>,
}

impl<T> Receiver<T> {
    pub(super) fn new(end: ReceivingEnd) -> Receiver<T> {
        Receiver { end, receives: PhantomData }
    }

    #[cfg(test)]
    pub(super) fn end(&self) -> &ReceivingEnd {
        &self.end
    }

    /// How many values are in the queue now. Other threads and processes may change that at any moment. Python's `qsize`.
    pub fn len(&self) -> usize {
        self.end.core().len()
    }

    /// Whether there was no value in the queue. Python's `empty`.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the queue held as many values as it may. Python's `full`.
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// The most values that the queue holds, which is the bound that it was made with.
    pub fn capacity(&self) -> usize {
        self.end.core().bound() as usize
    }

    /// Receives the bytes of one [`send_bytes`](super::Sender::send_bytes), at most so many, and waits while the queue is empty.
    ///
    /// ```
    /// use multiprocess::{RecvError, queue};
    ///
    /// let (sender, receiver) = queue::<String>(10)?;
    /// sender.send_bytes(b"some bytes")?;
    /// sender.send("a value".to_owned())?;
    /// let error = receiver.recv_bytes(5).expect_err("they are more");
    /// assert!(matches!(error, RecvError::TooLong { length: 10, most: 5 }));
    /// assert_eq!(receiver.recv_bytes(100)?, b"some bytes");
    /// assert_eq!(receiver.recv()?, "a value");
    /// # Ok::<(), multiprocess::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RecvError::TooLong`] if the next are more. They are still there for the next call. The others as for
    /// [`recv`](Receiver::recv). A value that comes in place of bytes is [`Undecodable`](RecvError::Undecodable), and so are bytes that
    /// come in place of a value. That value is lost.
    pub fn recv_bytes(&self, most: usize) -> Result<Vec<u8>, RecvError> {
        self.recv_bytes_with(Bytes::vector(most), Patience::Endless)?.into_vector()
    }

    /// Receives bytes, at most so many, if there are some now.
    ///
    /// # Errors
    ///
    /// As for [`recv_bytes`](Receiver::recv_bytes), and [`RecvError::Empty`].
    pub fn try_recv_bytes(&self, most: usize) -> Result<Vec<u8>, RecvError> {
        self.recv_bytes_with(Bytes::vector(most), Patience::None)?.into_vector()
    }

    /// Receives bytes, at most so many, and waits for at most that long.
    ///
    /// # Errors
    ///
    /// As for [`recv_bytes`](Receiver::recv_bytes), and [`RecvError::TimedOut`].
    pub fn recv_bytes_timeout(&self, most: usize, limit: Duration) -> Result<Vec<u8>, RecvError> {
        self.recv_bytes_with(Bytes::vector(most), until(limit))?.into_vector()
    }

    /// Receives bytes into a buffer, waits while the queue is empty, and returns how many they are.
    ///
    /// They are copied once. [`send_bytes`](super::Sender::send_bytes) has an example.
    ///
    /// # Errors
    ///
    /// As for [`recv_bytes`](Receiver::recv_bytes), with the length of the buffer as the limit. After an error, the buffer may hold a part
    /// of a message.
    pub fn recv_bytes_into(&self, buffer: &mut [u8]) -> Result<usize, RecvError> {
        self.recv_bytes_with(Bytes::slice(buffer), Patience::Endless)?.filled()
    }

    fn recv_bytes_with<'a>(&self, mut bytes: Bytes<'a>, patience: Patience) -> Result<Bytes<'a>, RecvError> {
        receiving::receive(self.end.core(), self.end.life(), &mut bytes, patience, || Ok(()))?;
        Ok(bytes)
    }
}

impl<T: DeserializeOwned> Receiver<T> {
    /// Receives the next value, and waits while there is none. Python's `get`.
    ///
    /// # Errors
    ///
    /// [`RecvError::Disconnected`] if the queue is empty and its last sender was dropped, or its process has ended or was killed.
    pub fn recv(&self) -> Result<T, RecvError> {
        self.recv_with(Patience::Endless)
    }

    /// Receives the next value if there is one now. Python's `get_nowait`.
    ///
    /// If another receiver is just copying a value, this call waits for that, for up to 5 milliseconds. A value that is longer than
    /// the queue's memory arrives in pieces. If its first piece is there, this call receives all of it, as long as its sender does
    /// not pause for 100 milliseconds.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Receiver::recv), and [`RecvError::Empty`] if there is none.
    pub fn try_recv(&self) -> Result<T, RecvError> {
        self.recv_with(Patience::None)
    }

    /// Receives the next value, and waits for at most that long while there is none. Python's `get` with a `timeout`.
    ///
    /// The limit is kept to a millisecond on an idle machine, whatever signals arrive and however the wall clock is set. The time
    /// for which the system is suspended does not count.
    ///
    /// A value that is longer than the queue's memory arrives in pieces. Once its first piece has arrived, this call goes on past
    /// the limit, as long as the sender does not pause for 100 milliseconds. After such a pause it returns
    /// [`RecvError::TimedOut`], and the sender starts over, so the value is not lost.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Receiver::recv), and [`RecvError::TimedOut`].
    pub fn recv_timeout(&self, limit: Duration) -> Result<T, RecvError> {
        self.recv_with(until(limit))
    }

    /// The values as they arrive, until the last sender is gone.
    ///
    /// # Panics
    ///
    /// The iterator panics if a value cannot be received for another reason than that. Use [`recv`](Receiver::recv) to handle
    /// such errors.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// The values that are there, until there is none.
    ///
    /// # Panics
    ///
    /// As for [`iter`](Receiver::iter).
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }

    fn recv_with(&self, patience: Patience) -> Result<T, RecvError> {
        value_from(|buffer| receiving::receive(self.end.core(), self.end.life(), buffer, patience, || Ok(())))
    }
}

/// A descriptor that is readable while there is a value, and when the last sender is gone.
///
/// It can be given to [`wait`](fn@crate::wait) and [`WaitSet`](crate::WaitSet). Only wait for it, and do not read from it. When it is
/// readable, call [`try_recv`](Receiver::try_recv). That may return [`RecvError::Empty`], because another receiver was faster. Then
/// wait again. From the first call on, a send into an empty queue takes a system call more. In Python, the descriptor is the
/// undocumented `_reader` of a `Queue`.
///
/// ```
/// use std::os::fd::AsFd;
/// use std::time::Duration;
///
/// use multiprocess::queue::{Receiver, Sender};
/// use multiprocess::{Process, queue, wait};
///
/// fn echo(questions: Receiver<u32>, answers: Sender<u32>) {
///     for question in &questions {
///         answers.send(question).expect("the parent receives");
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let (questions, to_child) = queue(10)?;
///     let (from_child, answers) = queue(10)?;
///     let mut child = Process::new(echo, (to_child, from_child)).start()?;
///     assert_eq!(wait(&[answers.as_fd()], Some(Duration::ZERO))?, []);
///     questions.send(7)?;
///     assert_eq!(wait(&[answers.as_fd(), child.as_fd()], None)?, [0]);
///     assert_eq!(answers.try_recv()?, 7);
///     drop(questions);
///     child.join()?;
///     Ok(())
/// }
/// ```
///
/// In an async program, tokio's `AsyncFd` waits for it. Receive until the queue is empty before you wait, since tokio reports only
/// what is new:
///
/// ```
/// use std::os::fd::{AsFd, OwnedFd};
///
/// use multiprocess::queue::{Receiver, Sender};
/// use multiprocess::{Process, RecvError, Result, queue};
/// use tokio::io::unix::AsyncFd;
///
/// async fn receive(numbers: &Receiver<u32>, readable: &AsyncFd<OwnedFd>) -> Result<u32> {
///     loop {
///         match numbers.try_recv() {
///             Err(RecvError::Empty) => readable.readable().await.expect("tokio waits").clear_ready(),
///             received => return Ok(received?),
///         }
///     }
/// }
///
/// fn count(numbers: Sender<u32>) {
///     for n in 1..=100 {
///         numbers.send(n).expect("the parent receives");
///     }
/// }
///
/// fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
///     multiprocess::init();
///     let (sender, numbers) = queue(3)?;
///     let mut child = Process::new(count, (sender,)).start()?;
///     let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
///     runtime.block_on(async {
///         let readable = AsyncFd::new(numbers.as_fd().try_clone_to_owned()?)?;
///         for n in 1..=100 {
///             assert_eq!(receive(&numbers, &readable).await?, n);
///         }
///         Ok::<(), Box<dyn std::error::Error>>(())
///     })?;
///     child.join()?;
///     Ok(())
/// }
/// ```
impl<T> AsFd for Receiver<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.as_fd()
    }
}

/// The values of a queue as they arrive, see [`Receiver::iter`].
///
/// ```
/// let (sender, receiver) = multiprocess::queue(10)?;
/// sender.send('a')?;
/// sender.send('b')?;
/// drop(sender);
/// assert_eq!(receiver.iter().collect::<String>(), "ab");
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[derive(Debug)]
pub struct Iter<'a, T>(&'a Receiver<T>);

/// The values that are in a queue, see [`Receiver::try_iter`].
///
/// ```
/// let (sender, receiver) = multiprocess::queue(10)?;
/// sender.send('a')?;
/// sender.send('b')?;
/// assert_eq!(receiver.try_iter().collect::<String>(), "ab");
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[derive(Debug)]
pub struct TryIter<'a, T>(&'a Receiver<T>);

/// The values of a queue as they arrive, with the receiver in it.
///
/// ```
/// let (sender, receiver) = multiprocess::queue(10)?;
/// let squares = std::thread::spawn(move || receiver.into_iter().map(|n: u32| n * n).collect::<Vec<_>>());
/// sender.send(2)?;
/// sender.send(3)?;
/// drop(sender);
/// assert_eq!(squares.join().expect("the thread returns"), [4, 9]);
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[derive(Debug)]
pub struct IntoIter<T>(Receiver<T>);

/// The value, or `None` if there is none for a reason that is not a fault.
pub(super) fn next<T>(received: Result<T, RecvError>) -> Option<T> {
    match received {
        Ok(value) => Some(value),
        Err(RecvError::Disconnected | RecvError::Empty) => None,
        Err(error) => panic!("{error:?}"),
    }
}

impl<T: DeserializeOwned> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        next(self.0.recv())
    }
}

impl<T: DeserializeOwned> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        next(self.0.try_recv())
    }
}

impl<T: DeserializeOwned> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        next(self.0.recv())
    }
}

impl<'a, T: DeserializeOwned> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: DeserializeOwned> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Receiver<T> {
        Receiver::new(self.end.clone())
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .finish_non_exhaustive()
    }
}

impl<T> Serialize for Receiver<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.end.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Receiver<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Receiver<T>, D::Error> {
        ReceivingEnd::deserialize(deserializer).map(Receiver::new)
    }
}
