//! How a process ends, and how a record says it.

use std::{fmt, str::FromStr};

use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

/// How a process ended, or that it had not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It exited with this code, 0 to 255.
    Exit(i32),
    /// This signal ended it.
    Signal(i32),
    /// It was still running at the deadline, and was killed then.
    Deadline,
}

/// The name of a signal. Real-time signals have none of their own: their numbers are what the C library makes of them.
pub fn signal_name(number: i32) -> String {
    Signal::try_from(number).map_or_else(|_| number.to_string(), |signal| signal.to_string())
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            End::Exit(code) => write!(f, "exit code {code}"),
            End::Signal(number) => write!(f, "signal {}", signal_name(number)),
            End::Deadline => f.write_str("still running at the deadline"),
        }
    }
}

impl FromStr for End {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || {
            format!(
                "expected `exit code N`, `signal NAME` or `still running at the deadline`, found `{text}`"
            )
        };
        if text == "still running at the deadline" {
            return Ok(End::Deadline);
        }
        if let Some(code) = text.strip_prefix("exit code ") {
            return code.parse().map(End::Exit).map_err(|_| unknown());
        }
        let signal = text.strip_prefix("signal ").ok_or_else(unknown)?;
        match Signal::from_str(signal) {
            Ok(signal) => Ok(End::Signal(signal as i32)),
            Err(_) => signal.parse().map(End::Signal).map_err(|_| unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_reads_back() {
        let ends = [
            End::Exit(0),
            End::Exit(101),
            End::Signal(libc::SIGKILL),
            End::Signal(libc::SIGRTMIN() + 3),
            End::Deadline,
        ];
        for end in ends {
            assert_eq!(end.to_string().parse(), Ok(end));
        }
        assert_eq!(End::Signal(libc::SIGTERM).to_string(), "signal SIGTERM");
    }

    #[test]
    fn what_is_no_end_is_refused() {
        for text in ["", "exit code", "exit code x", "signal SIGNONE", "exit code 0 "] {
            assert!(text.parse::<End>().is_err(), "{text:?} was read as an end");
        }
    }
}
