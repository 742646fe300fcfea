//! Typed connections between processes, with ends that travel.
//!
//! A pipe takes values one way, from its [`Sender`] to its [`Receiver`]. A duplex pipe has a [`Connection`] at each end, which
//! sends and receives. Here a child answers until the parent drops its connection:
//!
//! ```
//! use multiprocess::pipe::Connection;
//! use multiprocess::{Process, RecvError, duplex};
//!
//! fn double(parent: Connection<u64, u64>) -> Result<u32, String> {
//!     let mut answered = 0;
//!     loop {
//!         match parent.recv() {
//!             Ok(number) => parent.send(2 * number).map_err(|error| error.to_string())?,
//!             Err(RecvError::Disconnected) => return Ok(answered),
//!             Err(error) => return Err(error.to_string()),
//!         }
//!         answered += 1;
//!     }
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     let (connection, childs) = duplex::<u64, u64>()?;
//!     let mut child = Process::new(double, (childs,)).start()?;
//!     for number in [3, 21] {
//!         connection.send(number)?;
//!         assert_eq!(connection.recv()?, 2 * number);
//!     }
//!     drop(connection);
//!     assert_eq!(child.join()?, Ok(2));
//!     Ok(())
//! }
//! ```
//!
//! # Which one to use
//!
//! | To… | use |
//! |---|---|
//! | send values from one process to another | [`fn@pipe`] |
//! | ask and answer | [`duplex`] |
//! | hand out work to many processes | [`queue`](mod@crate::queue), which has a bound and takes less time for a small value |
//! | return one value when a process ends | the result of its target |
//!
//! The ends are handles. A clone is the same end. Ends can be arguments of a process, fields of a structure, and values in other
//! pipes. They outlive the process that made them. Threads and processes can use one end at the same time. Each message goes to one
//! receiver, whichever the kernel wakes first, and messages never mix. The messages of one thread arrive in their order.
//!
//! Any value that serde can write and read can be sent. A message may also hold [`Descriptor`](crate::Descriptor)s, ends of other
//! pipes and whatever else can be an argument of a process, up to 250 descriptors in all. Bytes have methods of their own
//! ([`Sender::send_bytes`], [`Receiver::recv_bytes`]), which write no lengths and copy nothing that they need not copy.
//!
//! # The end
//!
//! A receiver learns that there will be no more when *every* copy of the sender is gone, and after it has received what was
//! sent ([`RecvError::Disconnected`](crate::RecvError::Disconnected)). It does not matter how the senders ended. A sender learns
//! in the same way that every receiver is gone.
//!
//! So drop the ends that you have given away. [`Process::new`](crate::Process::new) takes its arguments by value, and the
//! `Process` keeps them until it is dropped:
//!
//! ```
//! use multiprocess::pipe::Sender;
//! use multiprocess::{Process, pipe};
//!
//! fn count(numbers: Sender<u32>) {
//!     for number in 0..5 {
//!         numbers.send(number).expect("the parent receives");
//!     }
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     let (sender, receiver) = pipe::<u32>()?;
//!     let mut child = Process::new(count, (sender,)).start()?;
//!     let mut sum = 0;
//!     // It ends, because the child's sender is the only one that is left.
//!     for number in receiver {
//!         sum += number?;
//!     }
//!     assert_eq!(sum, 10);
//!     child.join()?;
//!     Ok(())
//! }
//! ```
//!
//! A forked child has none of its parent's ends but those among its arguments. An end that it finds in a static variable, or in
//! what its parent's threads left behind, does not work there: calls return a `System` error.
//!
//! # When a process is killed
//!
//! | Who is killed | What the others see |
//! |---|---|
//! | a sender, between messages | What it sent arrives. When it was the last sender, `Disconnected` comes behind that. |
//! | a sender, in the middle of a message | A message up to 128 KiB arrives whole or not at all. Of a longer one, the process that is receiving it gets [`RecvError::Truncated`](crate::RecvError::Truncated) and can go on. |
//! | a receiver that waits | Nothing. The next message goes to another receiver. |
//! | a receiver with a message in its hands | That message is lost, also one that was too long for `recv_bytes`. If the message is long and its sender still writes, the sender gets it back with [`SendErrorKind::BrokenOff`](crate::SendErrorKind::BrokenOff). |
//! | the last receiver | What was not received is lost. Senders get [`SendErrorKind::Disconnected`](crate::SendErrorKind::Disconnected). |
//! | the process that made the pipe | Nothing. The others have ends of their own. |
//!
//! No value arrives twice, and no part of a value is taken for a value. A process that is *stopped* in the middle of a long message
//! holds up the one process at the other end of that message. Give that one a deadline if it must not wait
//! ([`Receiver::recv_timeout`], [`Sender::send_timeout`]).
//!
//! # Room, and long values
//!
//! A pipe holds what the kernel gives a socket, by default 208 KiB. The kernel counts its own overhead, so that is 278 messages
//! of a few bytes, 93 of 1,000 bytes, or three of 100,000. When the pipe is full, `send` waits. A program cannot choose the bound.
//!
//! A value whose bytes are more than 128 KiB is not put into the pipe. Its sender hands a stream over and writes until a receiver
//! has taken nearly all of it. So a thread that sends such a value to itself waits forever. So do two processes that send each
//! other such values at the same time and do not receive meanwhile. [`Sender::try_send`] never waits: it puts the bytes of a long value
//! into a file in memory, which takes that memory until the value has been received.
//!
//! # Trust
//!
//! The bytes that travel do not name types. Both ends have the same type, because the compiler checks that in one program. What
//! comes in is checked all the same. A foreign program that writes into the socket can cause an error, a wrong value, or a wait for
//! the rest of a long message. It cannot cause a panic, or make the receiver use more memory than it sends.
//!
//! # Cost
//!
//! A short message is one system call to send and one to receive. A long message costs about six more calls, and a descriptor in each process for as long as it takes.
//!
//! An end is one descriptor for each process that has it. A thread that receives keeps a buffer of 128 KiB, of which it touches as
//! much as its longest message needs. A thread that sends or receives long values keeps a buffer of at most 2 MiB for each.
//!
//! # For users of Python
//!
//! | Python's `multiprocessing.connection` | here |
//! |---|---|
//! | `Pipe(duplex=False)` | [`fn@pipe`], which returns the sender first |
//! | `Pipe()` | [`duplex`] |
//! | `send`, `recv` | `send`, `recv`: by serde instead of pickle, so receiving runs no code of the sender's choice |
//! | `send_bytes`, `recv_bytes(maxlength)`, `recv_bytes_into` | the same names. A message that is too long stays in the receiver, where Python breaks the connection. |
//! | `poll(timeout)` | `recv_timeout`, `try_recv`, or [`wait`](fn@crate::wait) |
//! | `EOFError`, `BrokenPipeError` | `Disconnected` |
//! | `fileno()` | `as_fd`, `as_raw_fd` |
//! | `close()` | drop it |
//! | `Listener`, `Client` | not here: a pipe has no name and connects the processes of one program |

mod body;
mod buffers;
mod channel;
mod connection;
mod header;
mod message;
mod receiver;
mod sender;
#[cfg(test)]
mod tests;

pub use connection::Connection;
pub use receiver::{IntoIter, Iter, Receiver, TryIter};
pub use sender::Sender;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::CreateError;
use channel::Channel;

/// Makes a pipe that takes values of one type from a [`Sender`] to a [`Receiver`].
///
/// The module [`mod@pipe`](self) says what a pipe guarantees. The counterpart of Python's `Pipe(duplex=False)`, which returns the
/// receiving end first.
///
/// # Errors
///
/// [`CreateError`] if this process has used up its descriptors. It takes two.
///
/// # Examples
///
/// ```
/// use multiprocess::pipe::Sender;
/// use multiprocess::{Process, pipe};
///
/// fn greet(name: String, parent: Sender<String>) {
///     parent.send(format!("Hello, {name}!")).expect("the parent receives");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let (sender, receiver) = pipe::<String>()?;
///     let mut child = Process::new(greet, ("world".to_owned(), sender)).start()?;
///     assert_eq!(receiver.recv()?, "Hello, world!");
///     child.join()?;
///     Ok(())
/// }
/// ```
pub fn pipe<T: Serialize + DeserializeOwned>() -> Result<(Sender<T>, Receiver<T>), CreateError> {
    let [one, other] = Channel::pair().map_err(CreateError::at("a pipe", PAIR))?;
    Ok((Sender::over(one), Receiver::over(other)))
}

/// Makes a pipe with two ends that both send and receive. The first end sends values of type `A`, and the second one values of
/// type `B`.
///
/// The two directions do not disturb each other: one can be full while the other is empty. The counterpart of Python's `Pipe()`.
///
/// # Errors
///
/// [`CreateError`] if this process has used up its descriptors. It takes two.
///
/// # Examples
///
/// ```
/// use multiprocess::pipe::Connection;
/// use multiprocess::{Process, duplex};
///
/// fn measure(parent: Connection<usize, String>) {
///     let text = parent.recv().expect("the parent sends");
///     parent.send(text.len()).expect("the parent receives");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let (connection, childs) = duplex::<String, usize>()?;
///     let mut child = Process::new(measure, (childs,)).start()?;
///     connection.send("seven b".to_owned())?;
///     assert_eq!(connection.recv()?, 7);
///     child.join()?;
///     Ok(())
/// }
/// ```
#[expect(clippy::type_complexity, reason = "each direction is named once on each side")]
pub fn duplex<A, B>() -> Result<(Connection<A, B>, Connection<B, A>), CreateError>
where
    A: Serialize + DeserializeOwned,
    B: Serialize + DeserializeOwned,
{
    let [one, other] = Channel::pair().map_err(CreateError::at("a pipe", PAIR))?;
    Ok((Connection::over(one), Connection::over(other)))
}

const PAIR: &str = "a pair of sockets";
