//! What can go wrong, each case with what to do about it.
//!
//! There is one type for each operation: [`StartError`], [`JoinError`], [`SignalError`] and [`WaitError`] for processes,
//! [`CreateError`], [`SendError`], [`RecvError`], [`TasksError`], [`LockError`], [`BarrierError`] and [`SharedMemoryError`] for what
//! they share, and [`PoolError`] and [`TaskError`] for pools. [`Error`] is any of them.

mod io_error;
mod join;
mod lock;
mod memory;
mod pool;
mod start;
mod status;
mod tasks;
mod transfer;

pub use io_error::IoError;
pub use join::{JoinError, JoinErrorKind, Location, Panic, Refusal};
pub use lock::{BarrierError, LockError};
pub use memory::SharedMemoryError;
pub use pool::{PoolError, TaskError, TaskErrorKind};
pub use start::{InitRefusal, StartError};
pub use status::ExitStatus;
pub use tasks::TasksError;
pub use transfer::{CreateError, RecvError, SendError, SendErrorKind};

use std::error::Error as _;
use std::fmt;
use std::io;

/// A result of this crate, for functions that do more than one thing with processes.
///
/// ```
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     Ok(())
/// }
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error of this crate. Each operation has a type of its own, and `?` turns it into this one.
///
/// `Debug` prints the message and its sources, as `Display` and [`source`](std::error::Error::source) give them. A `main`
/// that returns [`Result`] therefore shows a reader what happened and what to do, and so does `unwrap`.
///
/// Python has `ProcessError`, `TimeoutError` and several built-in exceptions for these.
///
/// ```
/// use multiprocess::{Error, JoinErrorKind, Process};
///
/// fn quotient(a: u32, b: u32) -> multiprocess::Result<u32> {
///     Ok(Process::new(|a: u32, b: u32| a / b, (a, b)).start()?.join()?)
/// }
///
/// fn main() {
///     multiprocess::init();
///     match quotient(1, 0) {
///         Err(Error::Join(error)) => assert!(matches!(error.kind, JoinErrorKind::Panicked(_))),
///         other => panic!("{other:?}"),
///     }
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A process could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A process did not give a value.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// A process could not be sent a signal.
    #[error(transparent)]
    Signal(#[from] SignalError),
    /// The system refused to wait for several things.
    #[error(transparent)]
    Wait(#[from] WaitError),
    /// Something that processes share could not be made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// A value was not sent. The value is gone.
    #[error(transparent)]
    Send(#[from] SendErrorKind),
    /// A value was not received.
    #[error(transparent)]
    Recv(#[from] RecvError),
    /// The tasks of a queue were not all done.
    #[error(transparent)]
    Tasks(#[from] TasksError),
    /// A lock was not taken, or is poisoned. The guard of a poisoned lock is gone, and the lock is free again.
    #[error(transparent)]
    Lock(LockError<()>),
    /// A barrier did not let this thread through.
    #[error(transparent)]
    Barrier(#[from] BarrierError),
    /// Shared memory with a name was not made or opened.
    #[error(transparent)]
    SharedMemory(#[from] SharedMemoryError),
    /// A pool was not made.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// A task of a pool gave no result.
    #[error(transparent)]
    Task(#[from] TaskError),
}

impl<G> From<LockError<G>> for Error {
    fn from(error: LockError<G>) -> Error {
        Error::Lock(error.map(drop))
    }
}

impl<T> From<SendError<T>> for Error {
    fn from(error: SendError<T>) -> Error {
        Error::Send(error.kind)
    }
}

/// The operating system refused to send a signal to a process.
///
/// *What happened:* the process runs as another user now, or a security module forbids the signal. *How to see it:* the
/// `Uid` line of `/proc/PID/status`. *How to fix it:* send the signal with the rights that
/// [kill(2)](https://man7.org/linux/man-pages/man2/kill.2.html) asks for. A number that is not a signal's is refused, too, and so
/// is a signal from a copy of the process that started the child.
///
/// ```
/// use multiprocess::Process;
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let mut child = Process::new(|| (), ()).start()?;
/// let error = child.signal(1000).expect_err("there are 64 signals");
/// assert_eq!((error.process.as_str(), error.pid), ("Process-1", child.pid()));
/// child.join()?;
/// # Ok(())
/// # }
/// ```
#[derive(thiserror::Error)]
#[error("{process} (pid {pid}) could not be sent a signal")]
#[non_exhaustive]
pub struct SignalError {
    /// The process's name.
    pub process: String,
    /// Its pid.
    pub pid: u32,
    /// What the operating system said.
    pub source: io::Error,
}

/// The operating system refused to wait for several things.
///
/// *What happened:* there are more things than this process may have open descriptors, or the kernel cannot wait for one of
/// them. *How to see it:* `ulimit -n`, and `ls -l /proc/PID/fd`. *How to fix it:* raise the limit, or wait for fewer things at
/// once. A file on a disk is always ready, so do not wait for it.
///
/// ```
/// use std::fs::File;
///
/// use multiprocess::WaitSet;
///
/// let mut set = WaitSet::new()?;
/// let error = set.insert(File::open("/proc/self/exe").expect("every process has one"));
/// assert_eq!(error.expect_err("it is a file on a disk").count, 1);
/// # Ok::<(), multiprocess::WaitError>(())
/// ```
#[derive(thiserror::Error)]
#[error("{count} things could not be waited for")]
#[non_exhaustive]
pub struct WaitError {
    /// How many things there were.
    pub count: usize,
    /// What the operating system said.
    pub source: io::Error,
}

/// `Debug` as a reader wants it who sees `Error: …` after `main` has returned one.
macro_rules! debug_as_display {
    ($($error:ty),*) => {$(
        impl fmt::Debug for $error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")?;
                let mut source = self.source();
                while let Some(error) = source {
                    write!(f, ": {error}")?;
                    source = error.source();
                }
                Ok(())
            }
        }
    )*};
}
debug_as_display!(
    Error,
    StartError,
    JoinError,
    SignalError,
    WaitError,
    CreateError,
    SendErrorKind,
    RecvError,
    TasksError,
    BarrierError,
    SharedMemoryError,
    PoolError,
    TaskError
);
