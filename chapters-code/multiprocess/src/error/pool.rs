//! Why a task of a pool gave no result, and why a pool is no more.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{CreateError, JoinError, JoinErrorKind, StartError};

/// Why a task of a [`Pool`](crate::Pool) gave no result.
///
/// It concerns this task only. The others of the same call go on, in this worker or in the one that has replaced it.
///
/// ```
/// use multiprocess::{JoinErrorKind, Pool, TaskErrorKind};
///
/// fn reciprocal(n: u32) -> u32 {
///     if n == 3 {
///         std::process::exit(7);
///     }
///     100 / n
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let pool = Pool::new(2)?;
///     let results = pool.map(reciprocal, [1, 2, 3, 4]);
///     assert_eq!(results[3].as_ref().ok(), Some(&25));
///     let error = results[2].as_ref().expect_err("the worker exits");
///     assert_eq!(error.task, 2);
///     assert!(matches!(*error.kind, TaskErrorKind::Ended(JoinErrorKind::Exited { code: 7, .. })));
///     Ok(())
/// }
/// ```
#[non_exhaustive]
pub struct TaskError {
    /// Which task of the call it is, counted from 0.
    pub task: usize,
    /// The pid of the worker that had the task. `None` if no worker had it.
    pub pid: Option<u32>,
    /// What happened in place of a result.
    pub kind: Box<TaskErrorKind>,
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TaskError { task, pid, kind } = self;
        match pid {
            Some(pid) => write!(f, "task {task} (pid {pid}) {kind}"),
            None => write!(f, "task {task} {kind}"),
        }
    }
}

impl Error for TaskError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The kind's own message is part of this error's.
        self.kind.source()
    }
}

/// What happened in place of a task's result.
///
/// `Display` gives the rest of a sentence that begins with the task. [`TaskError`] has an example.
///
/// # Examples
///
/// See [`TaskError`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaskErrorKind {
    /// The task panicked, its worker ended in the middle of it, its result did not arrive, or several workers ended as they received it.
    #[error(transparent)]
    Ended(JoinErrorKind),

    /// The task ran longer than the pool's time limit, and its worker was killed.
    ///
    /// *What happened:* see [`Builder::time_limit`](crate::pool::Builder::time_limit). What the task had done by then stays done. *How
    /// to see it:* `gdb -p PID` or `strace -p PID` of a worker, while a task runs, with the limit left out. *How to fix it:* raise
    /// the limit, or let the task ask [`time_left`](crate::pool::time_left) and stop by itself.
    #[error("ran longer than {limit:?}, and its worker was killed")]
    TimedOut {
        /// The time limit.
        limit: Duration,
    },

    /// The task was running when SIGINT ended the pool, and its worker was killed.
    ///
    /// *What happened:* Ctrl-C was pressed, or the signal was sent in another way, and the pool
    /// [ends on interrupt](crate::pool::Builder::end_on_interrupt). What the task had done by then stays done. Tasks that had not begun
    /// fail with [`NotRun`](TaskErrorKind::NotRun) instead. *How to see it:* [`Pool::is_interrupted`](crate::Pool::is_interrupted).
    /// *How to fix it:* undo what the task may have left half done, or run it again.
    #[error("was running when the pool was interrupted, and its worker was killed")]
    Interrupted,

    /// The arguments could not be turned into bytes. No worker got the task.
    ///
    /// *What happened:* their `Serialize` failed, or, in a debug build, left out a field. *How to see it:* the reason is the
    /// serializer's own. *How to fix it:* pass a type that serde can write in a format that does not name its fields.
    #[error("was not sent, because its arguments cannot be serialized: {reason}")]
    NotSerializable {
        /// The serializer's reason.
        reason: String,
    },

    /// No worker has begun the task, and none will.
    ///
    /// *What happened:* the pool was terminated, closed or dropped before, it has ended by itself, or the task could not be sent. The
    /// source says which.
    /// *How to see it:* [`PoolError`] explains each source. *How to fix it:* as there.
    #[error("was not run")]
    NotRun {
        /// Why the pool runs no more tasks, or not this one.
        source: Arc<PoolError>,
    },
}

/// Why a pool could not be made, or runs no more tasks.
///
/// ```
/// use multiprocess::{Pool, PoolError, TaskErrorKind};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let pool = Pool::new(1)?;
///     pool.close();
///     let error = pool.apply(|n: u32| n, (1,)).expect_err("the pool is closed");
///     let TaskErrorKind::NotRun { source } = *error.kind else { panic!("{error}") };
///     assert!(matches!(*source, PoolError::Closed));
///     Ok(())
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// A worker could not be started, and no other is left.
    #[error(transparent)]
    Start(#[from] StartError),

    /// What the pool shares with its workers could not be made, or a task could not be sent to one.
    #[error(transparent)]
    Create(#[from] CreateError),

    /// Workers ended before they were ready, one after the other.
    ///
    /// *What happened:* the initializer panicked or ended its process each time, or the workers were killed while it ran. The source
    /// says how the last one ended. The pool has given up. *How to see it:* standard error has a report for each panic. *How to fix
    /// it:* call the initializer in the program itself, and look at what it does.
    #[error("workers of the pool ended before they were ready, {times} in a row")]
    Initializer {
        /// How many.
        times: u32,
        /// How the last one ended.
        source: JoinError,
    },

    /// The pool was closed, terminated or dropped.
    ///
    /// *What happened:* [`close`](crate::Pool::close), [`join`](crate::Pool::join) or [`terminate`](crate::Pool::terminate) was
    /// called, the pool was dropped, or the program exits. *How to see it:* search for these calls. *How to fix it:* wait for the
    /// results before the pool is dropped, and make a new pool for new tasks.
    #[error("the pool was closed or terminated")]
    Closed,

    /// SIGINT has ended the pool.
    ///
    /// *What happened:* Ctrl-C was pressed, or the signal was sent in another way, and the pool
    /// [ends on interrupt](crate::pool::Builder::end_on_interrupt). *How to see it:*
    /// [`Pool::is_interrupted`](crate::Pool::is_interrupted). *How to fix it:* say what was done and exit, or make a new pool for the
    /// tasks that were not run.
    #[error("the pool was interrupted (SIGINT)")]
    Interrupted,
}
