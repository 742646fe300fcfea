//! The process that started this one.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};

use crate::bootstrap::{Parent, role};

/// The process that started this one; `None` in the program's first process.
///
/// The counterpart of Python's `parent_process()`.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, parent_process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// assert!(parent_process().is_none(), "nobody started this one");
/// let name = || parent_process().map(|parent| parent.name().to_owned());
/// assert_eq!(Process::new(name, ()).start()?.join()?.as_deref(), Some("MainProcess"));
/// # Ok(())
/// # }
/// ```
pub fn parent_process() -> Option<ParentProcess> {
    role()?.parent.as_ref().map(|parent| ParentProcess { parent })
}

/// What [`parent_process`] gives.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, parent_process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let pid = || parent_process().map(|parent| parent.pid());
/// assert_eq!(Process::new(pid, ()).start()?.join()?, Some(std::process::id()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct ParentProcess {
    parent: &'static Parent,
}

impl ParentProcess {
    /// Its name.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, parent_process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let name = || parent_process().map(|parent| parent.name().to_owned());
    /// assert_eq!(Process::new(name, ()).start()?.join()?.as_deref(), Some("MainProcess"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        &self.parent.name.name
    }

    /// Its process id. When it has ended, the number may be another process's.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, parent_process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let pid = || parent_process().map(|parent| parent.pid());
    /// assert_eq!(Process::new(pid, ()).start()?.join()?, Some(std::process::id()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn pid(&self) -> u32 {
        self.parent.name.pid
    }

    /// Whether it has not ended yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, parent_process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let alive = || parent_process().is_some_and(|parent| parent.is_alive());
    /// assert!(Process::new(alive, ()).start()?.join()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_alive(&self) -> bool {
        self.parent.alive.is_alive()
    }

    /// A descriptor that becomes ready when the parent has ended; see [`wait`](fn@crate::wait).
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, parent_process, wait};
    /// use std::time::Duration;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// /// Works on until there is nobody left to work for.
    /// fn work() {
    ///     let parent = parent_process().expect("somebody started this process");
    ///     while wait(&[parent.sentinel()], Some(Duration::ZERO)).is_ok_and(|ready| ready.is_empty()) {
    ///         // a piece of work
    /// #         return;
    ///     }
    /// }
    /// Process::new(work, ()).start()?.join()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn sentinel(&self) -> BorrowedFd<'static> {
        self.parent.alive.as_fd()
    }
}

impl AsFd for ParentProcess {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.sentinel()
    }
}

impl fmt::Debug for ParentProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParentProcess").field("name", &self.name()).field("pid", &self.pid()).finish()
    }
}
