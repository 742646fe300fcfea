//! Why a lock was not taken, or a barrier not passed.

use std::fmt;
use std::io;

/// A lock was not taken as asked for.
///
/// The type parameter is the guard. [`LockError::Poisoned`] holds one: the lock is held, and its data may need a repair.
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::LockError;
/// use multiprocess::sync::Mutex;
///
/// fn main() -> multiprocess::Result<()> {
///     let total = Mutex::new(0_u64)?;
///     let guard = total.lock()?;
///     assert!(matches!(total.try_lock(), Err(LockError::Deadlock)));
///     drop(guard);
///     *total.lock_timeout(Duration::from_secs(1))? += 1;
///     Ok(())
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LockError<G> {
    /// A process was killed while it held the lock, or a thread panicked.
    ///
    /// *What happened:* the holder ended before it let go, so the data may be half changed. The lock is held now, by the guard in
    /// the error. *How to see it:* join the processes and look at how they ended. *How to fix it:* check or reset the data through
    /// the guard, and call `clear_poison`. Where any value of the data is fine, take the guard with [`LockError::into_guard`].
    #[error("a holder of the lock was killed or panicked, so what it guards may be half changed")]
    Poisoned(G),

    /// The lock is held by another thread or process, and the call does not wait.
    ///
    /// *What happened:* it was not free. *How to see it:* a process that waits for it shows `futex` in `/proc/PID/wchan`. *How to
    /// fix it:* wait with `lock` or `lock_timeout`, or do something else first.
    #[error("the lock is held by another thread or process")]
    WouldBlock,

    /// The lock did not become free within the time limit.
    ///
    /// *What happened:* its holder is slow, stopped, or waits for something itself. *How to see it:* `ps -o pid,stat,wchan` of the
    /// processes. *How to fix it:* hold the lock for a shorter time, take several locks in one order everywhere, or wait longer.
    #[error("the lock did not become free within the time limit")]
    TimedOut,

    /// This thread holds the lock already.
    ///
    /// *What happened:* it would have waited for itself forever. *How to see it:* the guard is still in scope. *How to fix it:* drop
    /// the guard first, or use a lock that its holder may take again, an `RLock`.
    #[error("this thread holds the lock already, and would wait for itself")]
    Deadlock,

    /// The shared memory does not hold a lock.
    ///
    /// *What happened:* something that is not this library has written to it, or a recursive lock was taken too often. *How to see
    /// it:* the source is what the C library said. *How to fix it:* find the `unsafe` code or the foreign program.
    #[error("the lock cannot be taken")]
    System {
        /// What the system said.
        source: io::Error,
    },
}

impl<G> LockError<G> {
    /// The guard, if the lock is held in spite of the error.
    pub fn into_guard(self) -> Option<G> {
        match self {
            LockError::Poisoned(guard) => Some(guard),
            _ => None,
        }
    }

    /// The same error, with what `f` makes of its guard.
    pub(crate) fn map<H>(self, f: impl FnOnce(G) -> H) -> LockError<H> {
        match self {
            LockError::Poisoned(guard) => LockError::Poisoned(f(guard)),
            LockError::WouldBlock => LockError::WouldBlock,
            LockError::TimedOut => LockError::TimedOut,
            LockError::Deadlock => LockError::Deadlock,
            LockError::System { source } => LockError::System { source },
        }
    }
}

impl<G> fmt::Debug for LockError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if let LockError::System { source } = self {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

/// A barrier did not let this thread through together with the others.
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::BarrierError;
/// use multiprocess::sync::Barrier;
///
/// fn main() -> multiprocess::Result<()> {
///     let start = Barrier::new(2)?;
///     let alone = start.wait_timeout(Duration::from_millis(1));
///     assert!(matches!(alone, Err(BarrierError::TimedOut)));
///     assert!(matches!(start.wait(), Err(BarrierError::Broken)));
///     Ok(())
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BarrierError {
    /// The barrier is broken.
    ///
    /// *What happened:* a process that waited was killed, reached its time limit, or called `abort`. Every wait fails until
    /// `reset`. *How to see it:* join the processes and look at how they ended. *How to fix it:* end the work, or call `reset` when
    /// no process waits any more.
    #[error("the barrier is broken: a process that waited at it was killed, gave up, or aborted it")]
    Broken,

    /// The others did not arrive within the time limit. The barrier is broken now.
    ///
    /// *What happened:* at least one is missing. *How to see it:* `ps -o pid,stat` of the processes. *How to fix it:* wait longer, or
    /// join the missing process and look at how it ended.
    #[error("the others did not arrive at the barrier within the time limit")]
    TimedOut,

    /// The operating system refused to wait.
    ///
    /// *What happened:* a sandbox refuses a system call. *How to see it:* the source. *How to fix it:* allow the call.
    #[error("the barrier cannot be waited at")]
    System {
        /// What the operating system said.
        source: io::Error,
    },
}
