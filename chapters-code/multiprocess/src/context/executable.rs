//! Which file children run.

use std::path::PathBuf;
use std::sync::PoisonError;

use crate::bootstrap::expect_role;
use crate::error::Result;

/// Names the executable that children of this process are started from, in place of the running one.
///
/// It must be a copy of this very build, or a launcher (a script, a debugger, a profiler) that ends by running it with
/// the same environment and descriptors: a child finds its target by its place in the build, and refuses
/// ([`Refusal::ForeignExecutable`](crate::Refusal::ForeignExecutable)) in any other. `None` goes back to the running
/// one. The counterpart of Python's `multiprocessing.set_executable`.
///
/// # Errors
///
/// [`Error::NotInitialized`](crate::Error::NotInitialized) and [`Error::InitRefused`](crate::Error::InitRefused), as for
/// a start.
/// Whether the file can be run is found out by the start.
///
/// # Examples
///
/// ```
/// use multiprocess::{Error, Process};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     multiprocess::set_executable(Some("/nowhere/python".into()))?;
///     let refused = Process::new(|| (), ()).start();
///     assert!(matches!(refused, Err(Error::Start { .. })));
///     Ok(())
/// }
/// ```
pub fn set_executable(path: Option<PathBuf>) -> Result<()> {
    *expect_role()?.executable.lock().unwrap_or_else(PoisonError::into_inner) = path;
    Ok(())
}
