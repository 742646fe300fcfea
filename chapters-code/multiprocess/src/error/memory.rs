//! Why shared memory with a name was not made or opened.

use std::io;

/// Shared memory of a name could not be made or opened.
///
/// ```
/// use multiprocess::SharedMemoryError;
/// use multiprocess::shared::SharedMemory;
///
/// let error = SharedMemory::open("forgotten").expect_err("no process has made it");
/// assert!(matches!(error, SharedMemoryError::NotFound { .. }));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SharedMemoryError {
    /// There is shared memory of this name already.
    ///
    /// *What happened:* a process of this user has made it and is alive. Another user can take a name only on purpose. *How to see
    /// it:* `grep multiprocess- /proc/net/unix` lists the names, and `lsof -U` their processes. *How to fix it:* open it, end
    /// its owner, or choose another name.
    #[error("there is shared memory of the name {name:?} already")]
    NameTaken {
        /// The name.
        name: String,
    },

    /// There is no shared memory of this name.
    ///
    /// *What happened:* no process of this user has made it, its owner has ended or has dropped it, or its owner is in another
    /// container. *How to see it:* `grep multiprocess- /proc/net/unix` lists the names. *How to fix it:* start the owner first,
    /// and let it say when the memory is there.
    #[error("there is no shared memory of the name {name:?}")]
    NotFound {
        /// The name.
        name: String,
    },

    /// The name cannot be used.
    ///
    /// *What happened:* a name has 1 to 80 bytes and no control characters. *How to see it:* the name is in the error. *How to fix
    /// it:* choose a shorter one.
    #[error(
        "shared memory cannot have the name {name:?}, because a name has 1 to 80 bytes and no control characters"
    )]
    NameRefused {
        /// The name.
        name: String,
    },

    /// The operating system refused a step.
    ///
    /// *What happened:* memory is short, this process has too many open descriptors, `/proc` is not mounted, or the owner does not
    /// let other processes look into it (`prctl` with `PR_SET_DUMPABLE`). Step and source say which. *How to see it:* `ulimit -a`,
    /// `ls -l /proc/PID/fd`. *How to fix it:* raise the limit, or hand the memory over as an argument.
    #[error("the shared memory {name:?} could not be made or opened: {step}")]
    System {
        /// The name.
        name: String,
        /// The step that failed.
        step: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}
