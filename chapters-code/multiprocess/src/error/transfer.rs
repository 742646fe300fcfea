//! Why something that processes share could not be made, and why a value could not be sent or received.

use std::error::Error;
use std::fmt;
use std::io;

/// Something that processes share could not be made, or could not be found.
///
/// *What happened:* the operating system refused a step. This process has too many open descriptors, memory is short, a limit
/// on file sizes is too low, or a sandbox refuses a system call. Step and source say which. *How to see it:* `ulimit -a`,
/// `ls -l /proc/PID/fd`. *How to fix it:* raise the limit, make fewer things, or drop those that are not needed any more.
///
/// ```
/// use multiprocess::queue;
///
/// let error = queue::<u32>(usize::MAX).expect_err("no machine has so much memory");
/// assert_eq!(error.what, "a queue");
/// ```
#[derive(thiserror::Error)]
#[error("{what} could not be made: {step}")]
#[non_exhaustive]
pub struct CreateError {
    /// What was to be made.
    pub what: &'static str,
    /// The step that failed.
    pub step: &'static str,
    /// What the operating system said.
    pub source: io::Error,
}

impl CreateError {
    /// The error of a step that failed.
    pub(crate) fn at<E: Into<io::Error>>(
        what: &'static str,
        step: &'static str,
    ) -> impl FnOnce(E) -> CreateError {
        move |source| CreateError { what, step, source: source.into() }
    }
}

/// A value was not sent. It is in the error.
///
/// The receiver has not got the value and will not get it.
///
/// ```
/// use multiprocess::{SendErrorKind, pipe};
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver) = pipe::<String>()?;
///     drop(receiver);
///     let error = sender.send("hello".to_owned()).expect_err("every receiver is gone");
///     assert!(matches!(error.kind, SendErrorKind::Disconnected));
///     assert_eq!(error.value, "hello");
///     Ok(())
/// }
/// ```
#[non_exhaustive]
pub struct SendError<T> {
    /// The value.
    pub value: T,
    /// Why it was not sent.
    pub kind: SendErrorKind,
}

impl<T> SendError<T> {
    pub(crate) fn new(value: T, kind: SendErrorKind) -> SendError<T> {
        SendError { value, kind }
    }

    /// The value that was not sent.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.kind, f)
    }
}

impl<T> Error for SendError<T> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The kind's own message is this error's.
        self.kind.source()
    }
}

/// Why a value was not sent.
///
/// # Examples
///
/// See [`SendError`].
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// Every receiver is gone.
    ///
    /// *What happened:* each process that had a receiver has dropped it or has ended. *How to see it:* join the receiving
    /// process and look at how it ended. *How to fix it:* stop sending, or keep a receiver until the last value has been sent.
    #[error("the value was not sent, because every receiver is gone")]
    Disconnected,

    /// There was no room, and the call does not wait.
    ///
    /// *What happened:* the receivers are slower than the senders. *How to see it:* the receiving process is at work, or
    /// stopped (`ps -o stat`). *How to fix it:* wait with `send` or `send_timeout`, or keep the value for later.
    #[error("the value was not sent, because there is no room for it now")]
    Full,

    /// There was no room until the time limit was over.
    ///
    /// *What happened:* no receiver took anything in that time, or other senders were first. *How to see it:* as for
    /// [`SendErrorKind::Full`]. *How to fix it:* wait longer, send less, or receive in more processes.
    #[error("the value was not sent, because there was no room for it within the time limit")]
    TimedOut,

    /// The value could not be turned into bytes.
    ///
    /// *What happened:* its `Serialize` failed, or it holds what cannot go this way: a queue takes no descriptors, and a message
    /// of a pipe at most 250. *How to see it:* the reason is the serializer's own. *How to fix it:* send what can be written, such
    /// as a path in place of an open file.
    #[error("the value was not sent, because it could not be serialized: {reason}")]
    NotSerializable {
        /// What the serializer said.
        reason: String,
    },

    /// The receiver of a long value was gone before it had all of it.
    ///
    /// *What happened:* the process that was receiving the value has ended, was killed, or gave up. Other receivers did not get
    /// it. *How to see it:* join that process and look at how it ended. *How to fix it:* send the value again, if another
    /// receiver is left.
    #[error("the value was not sent, because its receiver was gone before it had all of it")]
    BrokenOff,

    /// What the processes share has been damaged.
    ///
    /// *What happened:* something has written to the shared memory that is not this library. *How to see it:* the reason says
    /// what is wrong. *How to fix it:* find the `unsafe` code or the foreign program that has the descriptor.
    #[error("the value was not sent, because what the processes share is damaged: {reason}")]
    Damaged {
        /// What is wrong.
        reason: &'static str,
    },

    /// The operating system refused a step.
    ///
    /// *What happened:* memory is short, this user has too many descriptors on their way between processes, a sandbox refuses a
    /// system call, or this is a forked child's copy of an end that was not one of its arguments. Step and source say which. *How to see it:* `ulimit -a`. *How to fix it:* raise the limit, or send less
    /// at once.
    #[error("the value was not sent: {step}")]
    System {
        /// The step that failed.
        step: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

/// A value was not received.
///
/// ```
/// use multiprocess::{RecvError, pipe};
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, receiver) = pipe::<u32>()?;
///     assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
///     drop(sender);
///     assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
///     Ok(())
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum RecvError {
    /// Every sender is gone, and all that they sent has been received.
    ///
    /// *What happened:* each process that had a sender has dropped it or has ended. This is how a receiver learns that there is no
    /// more. *How to see it:* join the sending process and look at how it ended. *How to fix it:* if it comes too early, keep a
    /// sender. If it does not come, find who still has one: the process itself, or a `Process` that was not dropped.
    #[error("there is nothing more to receive, because every sender is gone")]
    Disconnected,

    /// Nothing has come, and the call does not wait.
    ///
    /// *What happened:* the senders are alive and have sent nothing new. *How to see it:* the sending process is at work, or
    /// stopped (`ps -o stat`). *How to fix it:* wait with `recv`, `recv_timeout` or [`wait`](fn@crate::wait).
    #[error("there is nothing to receive now")]
    Empty,

    /// Nothing came until the time limit was over.
    ///
    /// *What happened:* the senders are alive and have sent nothing, or a long value did not come to its end in time. The sender of
    /// such a value has it back. *How to see it:* as for [`RecvError::Empty`]. *How to fix
    /// it:* wait longer, or let the senders answer more often.
    #[error("nothing to receive came within the time limit")]
    TimedOut,

    /// The sender of a long value was gone before it had sent all of it.
    ///
    /// *What happened:* the process that was sending the value has ended, was killed, or gave up. What had come of the value is
    /// lost, and nothing else is. *How to see it:* join that process and look at how it ended. *How to fix it:* go on receiving.
    #[error("a value was lost, because its sender was gone before all of it had been sent")]
    Truncated,

    /// What came could not be read as a value of the receiver's type.
    ///
    /// *What happened:* the value's `Deserialize` does not accept what its `Serialize` wrote, bytes came where a value was
    /// expected, or the other way around. The message is lost, and nothing else is. *How to see it:* the reason is the
    /// deserializer's own. *How to fix it:* give both ends the same type, without attributes that depend on field names.
    #[error("a value came that could not be read: {reason}")]
    Undecodable {
        /// What the deserializer said.
        reason: String,
    },

    /// The next message is longer than this call takes.
    ///
    /// *What happened:* bytes came that do not fit into the buffer, or exceed the limit. The message is still there. *How to see
    /// it:* `length` says how long it is. *How to fix it:* receive it with a larger limit.
    #[error("the next message has {length} bytes, and only {most} were asked for")]
    TooLong {
        /// How long it is.
        length: u64,
        /// How much was asked for.
        most: usize,
    },

    /// What the processes share has been damaged.
    ///
    /// *What happened:* something has written to the shared memory, or into the socket, that is not this library. *How to see
    /// it:* the reason says what is wrong. *How to fix it:* find the `unsafe` code or the foreign program that has the descriptor.
    #[error("nothing was received, because what the processes share is damaged: {reason}")]
    Damaged {
        /// What is wrong.
        reason: &'static str,
    },

    /// The operating system refused a step.
    ///
    /// *What happened:* memory is short, this process has no room for the descriptors that came with the value, a sandbox refuses a
    /// system call, or this is a forked child's copy of an end that was not one of its arguments. Step and source say which. *How to see it:* `ulimit -a`. *How to fix it:* raise the limit.
    #[error("nothing was received: {step}")]
    System {
        /// The step that failed.
        step: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}
