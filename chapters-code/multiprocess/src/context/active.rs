//! The children that have not ended.

use std::fmt;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::sync::Arc;

use crate::bootstrap::me;
use crate::error::SignalError;
use crate::wait::Watched;

/// The children of this process that have not ended, in the order they were started.
///
/// The counterpart of Python's `active_children()`, with one difference: it collects no processes. Those that have ended are
/// collected through their handles.
///
/// ```
/// use multiprocess::{Process, active_children};
///
/// fn wait_forever() {
///     loop {
///         std::thread::park();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let mut child = Process::new(wait_forever, ()).name("idle").start()?;
///     for active in active_children() {
///         assert_eq!((active.name(), active.pid()), ("idle", child.pid()));
///         active.kill()?;
///     }
///     assert!(child.join().is_err());
///     assert!(active_children().is_empty());
///     Ok(())
/// }
/// ```
pub fn active_children() -> Vec<ActiveChild> {
    let running = me().map(|me| me.children.running()).unwrap_or_default();
    running.into_iter().map(ActiveChild).collect()
}

/// A child that had not ended when [`active_children`] listed it.
///
/// # Examples
///
/// See [`active_children`].
pub struct ActiveChild(Arc<Watched>);

impl ActiveChild {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.0.pid()
    }

    /// Whether it is a daemon.
    pub fn daemon(&self) -> bool {
        self.0.daemon
    }

    /// Sends SIGTERM, as [`Child::terminate`](crate::Child::terminate) does.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses.
    pub fn terminate(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGTERM)
    }

    /// Sends SIGKILL, as [`Child::kill`](crate::Child::kill) does.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses.
    pub fn kill(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGKILL)
    }

    /// Sends SIGINT, as [`Child::interrupt`](crate::Child::interrupt) does.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses.
    pub fn interrupt(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGINT)
    }

    /// Sends any signal, as [`Child::signal`](crate::Child::signal) does.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses, and if there is no such signal.
    pub fn signal(&self, signal: i32) -> Result<(), SignalError> {
        let failed = |source| SignalError { process: self.name().to_owned(), pid: self.pid(), source };
        self.0.signal(signal).map_err(failed)
    }
}

impl AsFd for ActiveChild {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for ActiveChild {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

impl fmt::Debug for ActiveChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActiveChild").field("name", &self.name()).field("pid", &self.pid()).finish()
    }
}
