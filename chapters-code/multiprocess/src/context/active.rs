//! The children that have not ended.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use crate::wait::{Watched, running};

/// The children of this process that have not ended, in the order they were started.
///
/// The counterpart of Python's `active_children()`, with one difference: it only looks, and so leaves those that have ended
/// to be collected by their handles.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, active_children};
///
/// fn wait_for_ever() {
///     loop {
///         std::thread::park();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let mut child = Process::new(wait_for_ever, ()).daemon(true).start()?;
///     assert_eq!(active_children().len(), 1);
///     child.terminate()?;
///     assert!(child.join().is_err());
///     assert!(active_children().is_empty());
///     Ok(())
/// }
/// ```
pub fn active_children() -> Vec<ActiveChild> {
    running().into_iter().map(ActiveChild).collect()
}

/// What [`active_children`] gives: a child that had not ended when it was asked for.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, active_children};
/// fn wait_for_ever() {
///     loop {
///         std::thread::park();
///     }
/// }
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let child = Process::new(wait_for_ever, ()).daemon(true).name("idle").start()?;
/// assert_eq!(active_children()[0].pid(), child.pid());
/// # Ok(())
/// # }
/// ```
pub struct ActiveChild(Arc<Watched>);

impl ActiveChild {
    /// Its name.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, active_children};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(wait_for_ever, ()).daemon(true).name("idle").start()?;
    /// assert_eq!(active_children()[0].name(), "idle");
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its process id.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, active_children};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(wait_for_ever, ()).daemon(true).name("idle").start()?;
    /// assert_eq!(active_children()[0].pid(), child.pid());
    /// # Ok(())
    /// # }
    /// ```
    pub fn pid(&self) -> u32 {
        self.0.pid
    }

    /// Whether it is a daemon.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, active_children};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(wait_for_ever, ()).daemon(true).name("idle").start()?;
    /// assert!(active_children()[0].daemon());
    /// # Ok(())
    /// # }
    /// ```
    pub fn daemon(&self) -> bool {
        self.0.daemon
    }
}

impl AsFd for ActiveChild {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl fmt::Debug for ActiveChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActiveChild").field("name", &self.name()).field("pid", &self.pid()).finish()
    }
}
