//! A queue of tasks: who sends them can wait until all are done.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::codec::{until, value_from};
use super::handle::ReceivingEnd;
use super::joining::{self, Claim};
use super::receiver::next;
use super::receiving;
use super::sender::Sender;
use crate::error::{RecvError, SendError, TasksError};
use crate::sys::robust::Patience;

/// The sending end of a [`joinable_queue`](super::joinable_queue).
///
/// It sends tasks as a [`Sender`] sends values, and waits until all of them are done. Clone it for other threads, and pass it to
/// other processes as an argument. The counterpart of the producer's side of Python's `JoinableQueue`.
///
/// ```
/// use multiprocess::queue::{JoinableReceiver, joinable_queue};
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver): (_, JoinableReceiver<u32>) = joinable_queue(10)?;
///     let worker = std::thread::spawn(move || {
///         for task in &receiver {
///             task.done();
///         }
///     });
///     for n in 0..100 {
///         sender.send(n)?;
///     }
///     sender.join()?;
///     assert_eq!(sender.unfinished()?, 0);
///     drop(sender);
///     worker.join().expect("the thread returns");
///     Ok(())
/// }
/// ```
pub struct JoinableSender<T>(Sender<T>);

impl<T> JoinableSender<T> {
    pub(super) fn new(sender: Sender<T>) -> JoinableSender<T> {
        JoinableSender(sender)
    }

    /// Waits until every task is done that was sent, by this sender or another one. Python's `join`.
    ///
    /// Tasks that are sent meanwhile are waited for, too. If several threads or processes join, [`TasksError::Abandoned`] tells one
    /// of them.
    ///
    /// # Errors
    ///
    /// [`TasksError::Abandoned`] if tasks are lost because their process was killed, their thread ended, or they were dropped.
    /// [`TasksError::Disconnected`] if the last receiver is gone. Python's `join` waits forever in both cases.
    pub fn join(&self) -> Result<(), TasksError> {
        self.join_with(Patience::Endless)
    }

    /// Waits until every task is done, for at most that long. Python's `join` has no limit.
    ///
    /// # Errors
    ///
    /// As for [`join`](JoinableSender::join), and [`TasksError::TimedOut`].
    pub fn join_timeout(&self, limit: Duration) -> Result<(), TasksError> {
        self.join_with(until(limit))
    }

    /// How many tasks are not done now: those in the queue, those at work, and those that are lost and have not been reported.
    ///
    /// # Errors
    ///
    /// [`TasksError::Damaged`].
    pub fn unfinished(&self) -> Result<u64, TasksError> {
        joining::unfinished(&self.0.end().core)
    }

    /// How many tasks wait in the queue now. See [`Sender::len`].
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no task waits in the queue. See [`Sender::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the queue holds as many tasks as it may. See [`Sender::is_full`].
    pub fn is_full(&self) -> bool {
        self.0.is_full()
    }

    /// The most tasks that the queue holds. See [`Sender::capacity`].
    pub fn capacity(&self) -> usize {
        self.0.capacity()
    }

    fn join_with(&self, patience: Patience) -> Result<(), TasksError> {
        let end = self.0.end();
        joining::join(&end.core, end.life(), patience)
    }
}

impl<T: Serialize> JoinableSender<T> {
    /// Sends a task, and waits while the queue is full.
    ///
    /// # Errors
    ///
    /// As for [`Sender::send`].
    pub fn send(&self, task: T) -> Result<(), SendError<T>> {
        self.0.send(task)
    }

    /// Sends a task if there is room for it now.
    ///
    /// # Errors
    ///
    /// As for [`Sender::try_send`].
    pub fn try_send(&self, task: T) -> Result<(), SendError<T>> {
        self.0.try_send(task)
    }

    /// Sends a task, and waits for at most that long while the queue is full.
    ///
    /// # Errors
    ///
    /// As for [`Sender::send_timeout`].
    pub fn send_timeout(&self, task: T, limit: Duration) -> Result<(), SendError<T>> {
        self.0.send_timeout(task, limit)
    }
}

/// The receiving end of a [`joinable_queue`](super::joinable_queue).
///
/// It receives as a [`Receiver`](super::Receiver) does, and each value is a [`Task`]. Call [`Task::done`] when the work is done. The
/// counterpart of the consumer's side of Python's `JoinableQueue`.
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::TasksError;
/// use multiprocess::queue::joinable_queue;
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver) = joinable_queue(10)?;
///     sender.send(20)?;
///     sender.send(0)?;
///     let task = receiver.recv()?;
///     assert_eq!(100 / *task, 5);
///     task.done();
///     // A task that is dropped without `done` is reported.
///     drop(receiver.recv_timeout(Duration::from_secs(1))?);
///     assert!(matches!(sender.join(), Err(TasksError::Abandoned { tasks: 1 })));
///     Ok(())
/// }
/// ```
pub struct JoinableReceiver<T> {
    end: ReceivingEnd,
    receives: PhantomData<fn() -> T>,
}

impl<T> JoinableReceiver<T> {
    pub(super) fn new(end: ReceivingEnd) -> JoinableReceiver<T> {
        JoinableReceiver { end, receives: PhantomData }
    }

    /// How many tasks wait in the queue now. See [`Receiver::len`](super::Receiver::len).
    pub fn len(&self) -> usize {
        self.end.core().len()
    }

    /// Whether no task waits in the queue.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the queue holds as many tasks as it may.
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// The most tasks that the queue holds.
    pub fn capacity(&self) -> usize {
        self.end.core().bound() as usize
    }
}

impl<T: DeserializeOwned> JoinableReceiver<T> {
    /// Receives the next task, and waits while there is none. See [`Receiver::recv`](super::Receiver::recv).
    ///
    /// # Errors
    ///
    /// As for [`Receiver::recv`](super::Receiver::recv). If 1024 tasks of the queue are at work, [`RecvError::System`] says that
    /// there is no place for another one.
    pub fn recv(&self) -> Result<Task<T>, RecvError> {
        self.recv_with(Patience::Endless)
    }

    /// Receives the next task if there is one now. See [`Receiver::try_recv`](super::Receiver::try_recv).
    ///
    /// # Errors
    ///
    /// As for [`recv`](JoinableReceiver::recv), and [`RecvError::Empty`].
    pub fn try_recv(&self) -> Result<Task<T>, RecvError> {
        self.recv_with(Patience::None)
    }

    /// Receives the next task, and waits for at most that long. See [`Receiver::recv_timeout`](super::Receiver::recv_timeout).
    ///
    /// # Errors
    ///
    /// As for [`recv`](JoinableReceiver::recv), and [`RecvError::TimedOut`].
    pub fn recv_timeout(&self, limit: Duration) -> Result<Task<T>, RecvError> {
        self.recv_with(until(limit))
    }

    /// The tasks as they arrive, until the last sender is gone.
    ///
    /// # Panics
    ///
    /// If a task cannot be received for another reason than that.
    pub fn iter(&self) -> Tasks<'_, T> {
        Tasks(self)
    }

    fn recv_with(&self, patience: Patience) -> Result<Task<T>, RecvError> {
        let mut claim = None;
        let value = value_from(|buffer| {
            receiving::receive(self.end.core(), self.end.life(), buffer, patience, || {
                claim = Some(Claim::new(&self.end)?);
                Ok(())
            })
        })?;
        let claim = claim.expect("a value has been taken");
        Ok(Task { value, claim, of_this_thread: PhantomData })
    }
}

/// A value that was received and is to be worked on.
///
/// It gives access to the value as a reference does. It belongs to the thread that has received it. When that thread or its process
/// ends before [`done`](Task::done), or when the task is dropped, the task is lost, and [`JoinableSender::join`] reports it.
///
/// ```
/// use multiprocess::queue::joinable_queue;
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver) = joinable_queue::<Vec<u32>>(10)?;
///     sender.send(vec![1, 2, 3])?;
///     let mut task = receiver.recv()?;
///     task.push(4);
///     assert_eq!(task.len(), 4);
///     assert_eq!(sender.unfinished()?, 1);
///     assert_eq!(task.done(), [1, 2, 3, 4]);
///     assert_eq!(sender.unfinished()?, 0);
///     Ok(())
/// }
/// ```
#[must_use = "a task that is dropped is lost"]
pub struct Task<T> {
    value: T,
    claim: Claim,
    /// The kernel and the C library know the thread that holds a lock.
    of_this_thread: PhantomData<*const ()>,
}

impl<T> Task<T> {
    /// Says that the work is done, and returns the value. Python's `task_done`, which fails when it is called too often: this cannot
    /// be.
    pub fn done(self) -> T {
        self.claim.done();
        self.value
    }
}

impl<T> Deref for Task<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Task<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&self.value).finish()
    }
}

/// The tasks of a queue as they arrive, see [`JoinableReceiver::iter`].
///
/// ```
/// let (sender, receiver) = multiprocess::queue::joinable_queue(10)?;
/// sender.send('a')?;
/// sender.send('b')?;
/// drop(sender);
/// assert_eq!(receiver.iter().map(|task| task.done()).collect::<String>(), "ab");
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[derive(Debug)]
pub struct Tasks<'a, T>(&'a JoinableReceiver<T>);

impl<T: DeserializeOwned> Iterator for Tasks<'_, T> {
    type Item = Task<T>;

    fn next(&mut self) -> Option<Task<T>> {
        next(self.0.recv())
    }
}

impl<'a, T: DeserializeOwned> IntoIterator for &'a JoinableReceiver<T> {
    type Item = Task<T>;
    type IntoIter = Tasks<'a, T>;

    fn into_iter(self) -> Tasks<'a, T> {
        self.iter()
    }
}

/// A descriptor that is readable while there is a task, and when the last sender is gone. See [`Receiver`](super::Receiver).
impl<T> AsFd for JoinableReceiver<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.as_fd()
    }
}

impl<T> Clone for JoinableSender<T> {
    fn clone(&self) -> JoinableSender<T> {
        JoinableSender(self.0.clone())
    }
}

impl<T> Clone for JoinableReceiver<T> {
    fn clone(&self) -> JoinableReceiver<T> {
        JoinableReceiver::new(self.end.clone())
    }
}

impl<T> fmt::Debug for JoinableSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JoinableSender").field(&self.0).finish()
    }
}

impl<T> fmt::Debug for JoinableReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinableReceiver")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .finish_non_exhaustive()
    }
}

impl<T> Serialize for JoinableSender<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T> Serialize for JoinableReceiver<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.end.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for JoinableSender<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JoinableSender<T>, D::Error> {
        Sender::deserialize(deserializer).map(JoinableSender)
    }
}

impl<'de, T> Deserialize<'de> for JoinableReceiver<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JoinableReceiver<T>, D::Error> {
        ReceivingEnd::deserialize(deserializer).map(JoinableReceiver::new)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use super::super::joinable_queue;
    use crate::error::TasksError;

    #[test]
    fn more_tasks_done_than_were_sent_are_damage() {
        let (sender, _receiver) = joinable_queue(10).expect("there is memory");
        sender.send(7).expect("there is room");
        sender.0.end().core.header().finished.count.fetch_add(2, Ordering::Relaxed);
        assert!(matches!(sender.unfinished(), Err(TasksError::Damaged { .. })));
        let joined = sender.join_timeout(Duration::from_secs(30));
        assert!(matches!(joined, Err(TasksError::Damaged { .. })));
    }
}
