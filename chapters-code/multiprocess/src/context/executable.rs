//! Which file children run.

use std::path::PathBuf;

use crate::bootstrap::expect_me;
use crate::error::StartError;

/// Names the executable that children of this process are started from, in place of the running one.
///
/// It must be a copy of this very build, or a launcher (a script, a debugger, a profiler) that ends by running it with
/// the same environment and descriptors: a child finds its target by its place in the build, and refuses
/// ([`Refusal::ForeignExecutable`](crate::Refusal::ForeignExecutable)) in any other. `None` goes back to the running
/// one. The counterpart of Python's `multiprocessing.set_executable`.
///
/// Whether the file can be run is found out by the start. A file that is set-user-ID, set-group-ID or has capabilities takes
/// up no work.
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
