//! Queues: values from many processes to many processes.
//!
//! A queue holds values that some processes send and others receive. Each value goes to one receiver. This program starts two
//! workers, sends them numbers, and collects their answers:
//!
//! ```
//! use multiprocess::queue::{Receiver, Sender, queue};
//! use multiprocess::{Process, Result};
//!
//! fn square(numbers: Receiver<u64>, squares: Sender<(u64, u64)>) {
//!     for n in &numbers {
//!         squares.send((n, n * n)).expect("the parent receives");
//!     }
//! }
//!
//! fn main() -> Result<()> {
//!     multiprocess::init();
//!     let (to_workers, numbers) = queue(100)?;
//!     let (answers, squares) = queue(100)?;
//!     let worker = Process::new(square, (numbers, answers));
//!     let mut workers = [worker.start()?, worker.start()?];
//!     // The process to be started has an end of each queue. While it is there, the loop below would not end.
//!     drop(worker);
//!     for n in 1..=10 {
//!         to_workers.send(n)?;
//!     }
//!     // Without a sender, the workers' loops end. Then their own senders are gone, and so does this loop.
//!     drop(to_workers);
//!     let sum: u64 = squares.iter().map(|(_, square)| square).sum();
//!     assert_eq!(sum, 385);
//!     for worker in &mut workers {
//!         worker.join()?;
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Which one to use
//!
//! | You want… | Use |
//! |---|---|
//! | to hand values to any of several processes, or collect values from several | [`fn@queue`] |
//! | to send values that are longer than a megabyte, or to save memory | [`queue_with_bytes`] |
//! | to wait until all work is done, too | [`joinable_queue`] |
//! | to talk with one other process, or to send open files | [`pipe`](fn@crate::pipe) |
//! | results of a process that ends | [`Child::join`](crate::Child::join) |
//!
//! Python's `Queue` and `SimpleQueue` are both [`fn@queue`]. Every queue has a bound, and a sender waits while the queue is full. So a
//! slow receiver cannot fill the machine's memory.
//!
//! Python's `Queue` starts a thread that does the sending. Until that thread is done, the process does not end. Here,
//! [`Sender::send`] itself puts the value into shared memory. When it returns, the process may end. Python's `close`, `join_thread`
//! and `cancel_join_thread` are not needed: drop the handle. One rule remains: a process that waits in `send` does not end, so receive
//! its values before you join it, or choose a bound for all of them.
//!
//! # A progress bar
//!
//! A receiver's iterator is an ordinary iterator, so [`indicatif`](https://docs.rs/indicatif) can show how far several processes are:
//!
//! ```
//! use indicatif::ProgressIterator;
//! use multiprocess::queue::Sender;
//! use multiprocess::{Process, queue};
//!
//! fn work(first: u64, done: Sender<u64>) {
//!     for n in first..first + 50 {
//!         done.send(n * n).expect("the parent receives");
//!     }
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     let (done, results) = queue(100)?;
//!     let mut workers = [0, 50].map(|first| Process::new(work, (first, done.clone())).start());
//!     drop(done);
//!     // The bar goes to standard error, and nowhere if that is not a terminal.
//!     let sum: u64 = results.iter().progress_count(100).sum();
//!     assert_eq!(sum, (0..100).map(|n| n * n).sum());
//!     for worker in &mut workers {
//!         worker.as_mut().expect("it was started").join()?;
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Handles
//!
//! [`Sender`] and [`Receiver`] can be cloned, used by threads, passed to processes as arguments, and stored in arguments'
//! structures. This works under every start method. The queue exists as long as a handle of it does, in any process, and nothing is
//! left when the last one is gone: it has no name in the file system. A handle cannot be sent through a queue, because it consists
//! of descriptors. A [`pipe`](fn@crate::pipe) can send it.
//!
//! Values go through the queue as bytes, as arguments of a process do. A `Vec<u8>` is written byte by byte. For kilobytes of bytes,
//! `serde_bytes::ByteBuf` or a `String` is much faster. The fastest way for bytes is [`Sender::send_bytes`] and
//! [`Receiver::recv_bytes_into`], which copy them once into the queue's memory and once out of it.
//!
//! # When a process ends or is killed
//!
//! - **A sender is gone.** What it has sent is received. If it was killed during a send, that value arrives whole or not at all.
//!   When the last sender is gone, receivers get the values that are left, and then
//!   [`RecvError::Disconnected`](crate::RecvError::Disconnected).
//! - **A receiver is gone.** If it was killed during a receive, that one value may be lost. It never goes to two receivers. When the
//!   last receiver is gone, a send fails with [`SendErrorKind::Disconnected`](crate::SendErrorKind::Disconnected) and gives the value
//!   back.
//! - **The others go on**, whatever step a process was killed at. No lock stays locked, and the memory needs no repair. Most of the
//!   time they notice nothing. If the victim was just being woken to take its turn, those behind it may wait for up to a second.
//!
//! A value that a killed sender was sending may arrive late. If the kill hit between the last two steps of the send, the value
//! arrives with the next one that is sent.
//!
//! # When a process is stopped
//!
//! Receivers wait in line, and so do senders. If the first one in line is stopped (SIGSTOP, a debugger), those behind it wait until it
//! continues or is killed. Calls with a time limit still end in time. Python's queues behave in the same way.
//!
//! # Order and fairness
//!
//! The values of one thread are received in the order in which it sent them. Senders take turns as they happen to get the lock, and
//! so do receivers. Do not rely on a value going to the receiver that has waited longest.
//!
//! # What it costs
//!
//! A send or a receive takes less than 0.2 µs for a short value, as long as the other side keeps up and is awake, plus the time to
//! copy its bytes twice. No system call is needed for that.
//!
//! Waking a process that sleeps takes a few microseconds on the same CPU, and tens of microseconds on another one. So a thread that
//! finds the queue empty checks it again for up to 25 µs before it sleeps. It sleeps at once if the other side last ran on the same CPU.
//!
//! A queue takes 64 bytes of memory for each value of its bound, and at least 1 MiB. A queue's two handles have 7 descriptors in the
//! process that made it. Making a queue takes a fraction of a millisecond, most of it for the memory.
//!
//! A value that is longer than the memory goes in pieces, at the receiver's pace, while other senders and receivers wait.

mod codec;
mod core;
mod destination;
mod handle;
mod handshake;
mod joinable;
mod joining;
mod layout;
mod mark;
mod place;
mod receiver;
mod receiving;
mod sender;
mod sending;
#[cfg(test)]
mod tests;
mod turn;

pub use joinable::{JoinableReceiver, JoinableSender, Task, Tasks};
pub use receiver::{IntoIter, Iter, Receiver, TryIter};
pub use sender::Sender;

use self::core::Core;
use crate::error::CreateError;

/// The memory of a queue for each value that it may hold, and its least memory, in bytes.
const BYTES_EACH: usize = 64;
const LEAST_BYTES: usize = 1 << 20;

/// How many tasks of a joinable queue may be at work at the same time.
const TASKS_AT_WORK: u64 = 1024;

/// A queue that holds up to `bound` values. Python's `multiprocessing.Queue(maxsize)` and `SimpleQueue`.
///
/// The memory has 64 bytes for each value, and at least 1 MiB. So a queue always has room for `bound` values of up to 56 bytes, as
/// they are written. If the values are longer, a send may have to wait before the queue holds `bound` of them, and
/// [`queue_with_bytes`] gives it more memory. The length of a single value is not limited.
///
/// # Errors
///
/// [`CreateError`] if the bound is 0 or more than 33,554,432, or if the operating system has no memory or no descriptors.
///
/// # Examples
///
/// ```
/// use multiprocess::queue::Sender;
/// use multiprocess::{Process, queue};
///
/// fn greet(greetings: Sender<String>, name: String) {
///     greetings.send(format!("hello, {name}")).expect("the parent receives");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let (sender, greetings) = queue(10)?;
///     let mut child = Process::new(greet, (sender, "world".to_owned())).start()?;
///     assert_eq!(greetings.recv()?, "hello, world");
///     child.join()?;
///     Ok(())
/// }
/// ```
pub fn queue<T>(bound: usize) -> Result<(Sender<T>, Receiver<T>), CreateError> {
    queue_with_bytes(bound, memory(bound))
}

/// A queue that holds up to `bound` values, with that much memory for them.
///
/// The memory is rounded up to a power of two, and to at least 4096 bytes. A value takes the bytes that it is written as, rounded up
/// to a multiple of 8, and 8 more. A send waits while there are `bound` values, and while the memory is too full for the value. Give the memory room
/// for at least 4 of your values, so that both sides can work at the same time. A value that is longer than the memory goes in
/// pieces.
///
/// # Errors
///
/// As for [`fn@queue`].
///
/// # Examples
///
/// ```
/// use multiprocess::queue::queue_with_bytes;
///
/// // Up to 10 pictures of up to 6 MB, in 64 MiB.
/// let (sender, receiver) = queue_with_bytes(10, 60_000_000)?;
/// sender.send("pixels ".repeat(800_000))?;
/// assert_eq!(receiver.recv()?.len(), 5_600_000);
/// # Ok::<(), multiprocess::Error>(())
/// ```
pub fn queue_with_bytes<T>(bound: usize, bytes: usize) -> Result<(Sender<T>, Receiver<T>), CreateError> {
    let (sending, receiving) = handle::ends(Core::new(bound, bytes, 0)?)?;
    Ok((Sender::new(sending), Receiver::new(receiving)))
}

/// A queue of tasks, whose senders can wait until all of them are done. Python's `multiprocessing.JoinableQueue`.
///
/// It is a [`fn@queue`] whose values are received as [`Task`]s. Its memory is that of [`fn@queue`], and 64 KiB more.
///
/// # Errors
///
/// As for [`fn@queue`].
///
/// # Examples
///
/// ```
/// use multiprocess::queue::{JoinableReceiver, joinable_queue};
/// use multiprocess::{Process, TasksError};
///
/// fn work(tasks: JoinableReceiver<u32>) {
///     for task in &tasks {
///         assert_ne!(*task, 13, "an unlucky number");
///         task.done();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let (sender, tasks) = joinable_queue(100)?;
///     let worker = Process::new(work, (tasks,));
///     let (mut one, mut other) = (worker.start()?, worker.start()?);
///     for n in 1..=12 {
///         sender.send(n)?;
///     }
///     sender.join()?;
///     // One of the two does not survive the next task, and it is not waited for in vain.
///     sender.send(13)?;
///     assert!(matches!(sender.join(), Err(TasksError::Abandoned { tasks: 1 })));
///     sender.send(14)?;
///     sender.join()?;
///     drop(sender);
///     assert_eq!([one.join(), other.join()].iter().filter(|ended| ended.is_err()).count(), 1);
///     Ok(())
/// }
/// ```
pub fn joinable_queue<T>(bound: usize) -> Result<(JoinableSender<T>, JoinableReceiver<T>), CreateError> {
    let core = Core::new(bound, memory(bound), TASKS_AT_WORK)?;
    let (sending, receiving) = handle::ends(core)?;
    Ok((JoinableSender::new(Sender::new(sending)), JoinableReceiver::new(receiving)))
}

/// How many bytes a queue of that bound has for its values.
fn memory(bound: usize) -> usize {
    bound.saturating_mul(BYTES_EACH).max(LEAST_BYTES)
}
