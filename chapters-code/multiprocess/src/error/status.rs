//! How a process ended.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process;

use serde::{Deserialize, Serialize};

/// How a process ended, as the kernel reports it ([waitid(2)](https://man7.org/linux/man-pages/man2/waitid.2.html)).
///
/// It converts from and to [`std::process::ExitStatus`]. Python has one number, `exitcode`, in which -9 means signal 9.
///
/// ```
/// use multiprocess::{ExitStatus, Process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let mut child = Process::new(|| (), ()).start()?;
/// child.join()?;
/// let status = child.exit_status()?.expect("the child has been joined");
/// assert_eq!(status, ExitStatus::Code(0));
/// assert!(status.success());
/// assert_eq!(status.to_string(), "exit code 0");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExitStatus {
    /// The process exited with this code, 0 to 255.
    Code(i32),
    /// This signal ended the process.
    Signal {
        /// The signal's number.
        signal: i32,
        /// Whether the kernel wrote a core file.
        core_dumped: bool,
    },
}

impl ExitStatus {
    /// The exit code, 0 to 255. `None` if a signal ended the process.
    pub const fn code(self) -> Option<i32> {
        match self {
            ExitStatus::Code(code) => Some(code),
            ExitStatus::Signal { .. } => None,
        }
    }

    /// The signal that ended the process. `None` if it exited.
    pub const fn signal(self) -> Option<i32> {
        match self {
            ExitStatus::Code(_) => None,
            ExitStatus::Signal { signal, .. } => Some(signal),
        }
    }

    /// Whether the process exited with code 0.
    pub const fn success(self) -> bool {
        matches!(self, ExitStatus::Code(0))
    }
}

impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExitStatus::Code(code) => write!(f, "exit code {code}"),
            ExitStatus::Signal { signal, .. } => write!(f, "signal {}", signal_name(*signal)),
        }
    }
}

/// What wait(2) packs into one number: the code in the second byte, or the signal in the first one.
const CORE_DUMPED: i32 = 0x80;

impl From<ExitStatus> for process::ExitStatus {
    fn from(status: ExitStatus) -> process::ExitStatus {
        process::ExitStatus::from_raw(match status {
            ExitStatus::Code(code) => (code & 0xff) << 8,
            ExitStatus::Signal { signal, core_dumped: false } => signal,
            ExitStatus::Signal { signal, core_dumped: true } => signal | CORE_DUMPED,
        })
    }
}

impl From<process::ExitStatus> for ExitStatus {
    /// A process that is stopped, or goes on, has not ended. `std::process::Child::wait` does not return such a status.
    fn from(status: process::ExitStatus) -> ExitStatus {
        match status.signal() {
            Some(signal) => ExitStatus::Signal { signal, core_dumped: status.core_dumped() },
            None => ExitStatus::Code(status.into_raw() >> 8 & 0xff),
        }
    }
}

/// `SIGKILL` for 9. A real-time signal has no name of its own and gets its number.
pub(super) fn signal_name(signal: i32) -> String {
    match nix::sys::signal::Signal::try_from(signal) {
        Ok(known) => known.as_str().to_owned(),
        Err(_) => format!("{signal}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_survives_the_way_through_the_standard_library() {
        for status in [
            ExitStatus::Code(0),
            ExitStatus::Code(255),
            ExitStatus::Signal { signal: 9, core_dumped: false },
            ExitStatus::Signal { signal: 6, core_dumped: true },
            ExitStatus::Signal { signal: 64, core_dumped: false },
        ] {
            let std = process::ExitStatus::from(status);
            assert_eq!((std.code(), std.signal()), (status.code(), status.signal()));
            assert_eq!(ExitStatus::from(std), status);
        }
    }
}
