//! Which file children run.

use std::path::PathBuf;

use crate::bootstrap::expect_me;
use crate::error::StartError;

/// Names the executable that children of this process are started from, in place of the running one.
///
/// It must be a copy of this build, or a launcher that ends by running one with the same environment and descriptors. A
/// script, a debugger and a profiler are launchers. A child finds its target by its place in the build. In another build it
/// refuses its work with [`Refusal::ForeignExecutable`](crate::Refusal::ForeignExecutable). `None` goes back to the running
/// file. The counterpart of Python's `multiprocessing.set_executable`.
///
/// This function does not check that the file can be run. The next start does. A file that is set-user-ID or set-group-ID, or
/// that has capabilities, takes up no work.
///
/// # Errors
///
/// [`StartError::NotInitialized`] and [`StartError::InitRefused`], as for a start.
///
/// # Examples
///
/// See [`StartError`].
pub fn set_executable(path: Option<PathBuf>) -> Result<(), StartError> {
    *expect_me()?.executable() = path;
    Ok(())
}
