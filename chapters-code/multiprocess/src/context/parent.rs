//! The process that started this one.

use std::fmt;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use crate::bootstrap::{Parent, ParentName, me};
use crate::sys::alive;

/// The process that started this one. `None` in the program's first process.
///
/// The counterpart of Python's `parent_process()`.
///
/// ```
/// use multiprocess::{Process, parent_process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// assert!(parent_process().is_none(), "the user started this one");
/// let name = || parent_process().map(|parent| parent.name().to_owned());
/// assert_eq!(Process::new(name, ()).start()?.join()?.as_deref(), Some("MainProcess"));
/// # Ok(())
/// # }
/// ```
pub fn parent_process() -> Option<ParentProcess> {
    let Parent { name, alive } = me()?.parent.as_deref()?;
    Some(ParentProcess { name, alive: alive.as_ref()? })
}

/// The process that started this one, as [`parent_process`] returns it.
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
    name: &'static ParentName,
    alive: &'static alive::Parent,
}

impl ParentProcess {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name.name
    }

    /// Its process id. After its end, another process may have the same number.
    pub fn pid(&self) -> u32 {
        self.name.pid
    }

    /// Whether it has not ended yet.
    pub fn is_alive(&self) -> bool {
        self.alive.is_alive()
    }

    /// A descriptor that becomes ready when the parent has ended. [`wait`](fn@crate::wait) takes it.
    pub fn sentinel(&self) -> BorrowedFd<'static> {
        self.alive.as_fd()
    }
}

impl AsFd for ParentProcess {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.sentinel()
    }
}

impl AsRawFd for ParentProcess {
    fn as_raw_fd(&self) -> RawFd {
        self.sentinel().as_raw_fd()
    }
}

impl fmt::Debug for ParentProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParentProcess").field("name", &self.name()).field("pid", &self.pid()).finish()
    }
}
