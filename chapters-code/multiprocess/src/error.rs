//! What can go wrong, each case with what to do about it.
//!
//! How a process ended is never guessed: a panic, an exit code, a signal and "nobody can tell any more" are
//! different values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The result of most of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a process could not be started, or why joining it did not give a value.
///
/// `Debug` prints the same sentence as `Display`, so that `fn main() -> multiprocess::Result<()>` and `unwrap`
/// show their reader what happened and what to do.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `start` was called in a process that has not called [`init`](crate::init).
    #[error(
        "no process was started, because this process has not called multiprocess::init(): make it the first \
         statement of main"
    )]
    NotInitialized,

    /// [`init`](crate::init) was called where it cannot do its work, so no process can be started.
    #[error("no process was started, because {0}")]
    InitRefused(InitRefusal),

    /// The target lives in a shared library; a spawned child finds its target in the executable only.
    #[error("{target} lies outside the executable: a target must be compiled into the program itself")]
    TargetOutsideExecutable {
        /// The target's type name.
        target: &'static str,
    },

    /// This program was not started from `/proc/self/exe`, so running that file would start something else.
    ///
    /// It happens when the dynamic loader was called by hand (`ld.so ./program`).
    #[error(
        "/proc/self/exe is not the file this program was loaded from, so it cannot start itself again: start the \
         program directly, or name its file with multiprocess::set_executable"
    )]
    ForeignSelf,

    /// The fork start method was chosen in a process with several threads.
    #[error(
        "no process was forked, because this process has {threads} threads and only the calling one would exist in \
         the child, with locks that the others hold: fork before starting threads, or use the spawn start method"
    )]
    ForkWithThreads {
        /// How many there were.
        threads: u32,
    },

    /// A daemon process tried to start a process.
    #[error(
        "{process} is a daemon, which may start no processes: they would be left behind when it is terminated"
    )]
    DaemonsStartNothing {
        /// The daemon's name.
        process: String,
    },

    /// A start method had been chosen before.
    #[error(
        "the start method is {chosen} already: choose it once, in main, or use force_start_method where a later choice \
         must win"
    )]
    StartMethodChosen {
        /// The method chosen first.
        chosen: &'static str,
    },

    /// A handle was closed whose process still runs.
    #[error("{process} (pid {pid}) still runs: join it, or terminate it, before closing its handle")]
    StillRunning {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
    },

    /// The operating system refused to send a signal.
    #[error("{process} (pid {pid}) could not be sent a signal: {source}")]
    Signal {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The operating system refused to wait for several things.
    #[error("{count} things could not be waited for: {source}")]
    WaitForAny {
        /// How many there were.
        count: usize,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The arguments could not be turned into bytes.
    #[error("the arguments of {target} could not be serialized: {reason}")]
    ArgumentsNotSerializable {
        /// The target's type name.
        target: &'static str,
        /// What the serializer said.
        reason: String,
    },

    /// The operating system refused a step of the start.
    #[error("{process} could not be started: {step}: {source}")]
    Start {
        /// The name the process would have had.
        process: String,
        /// The step that failed.
        step: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The target panicked.
    #[error("{process} (pid {pid}) panicked at {panic}")]
    Panicked {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// What it said.
        panic: Panic,
    },

    /// The process ended with an exit code before its target returned, because something called
    /// [`std::process::exit`], or because its main thread's work was cut short the same way.
    #[error("{process} (pid {pid}) ended with exit code {code} before its target returned")]
    Exited {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// The exit code, 0 to 255.
        code: i32,
    },

    /// A signal ended the process.
    #[error(
        "{process} (pid {pid}) was ended by signal {}{}",
        signal_name(*signal),
        if *core_dumped { " (core dumped)" } else { "" }
    )]
    Killed {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// The signal's number.
        signal: i32,
        /// Whether the kernel wrote a core file.
        core_dumped: bool,
    },

    /// The process is gone and its exit status with it, because somebody else collected it.
    #[error(
        "{process} (pid {pid}) has ended, but somebody else collected its exit status: look for waitpid(-1) in a \
         signal handler or a library, or for SIGCHLD set to be ignored"
    )]
    Lost {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
    },

    /// The process ended without having reached [`init`](crate::init).
    #[error(
        "{process} (pid {pid}) ended with {status} and never took up its work: its main must call \
         multiprocess::init() first, and its executable must be this program"
    )]
    NeverEntered {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// How it ended.
        status: ExitStatus,
    },

    /// The child found that it must not, or cannot, run its target.
    #[error("{process} (pid {pid}) did not run its target, because {refusal}")]
    Refused {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// What the child found.
        refusal: Refusal,
    },

    /// The target returned, but its value did not arrive.
    #[error("{process} (pid {pid}) returned, but its result cannot be had: {reason}")]
    ResultUnreadable {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// What went wrong with the value.
        reason: String,
    },

    /// The process was joined already; its value was handed out then.
    #[error("{process} (pid {pid}) has been joined already: a result is handed out once")]
    AlreadyJoined {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
    },

    /// The operating system refused to wait.
    #[error("{process} (pid {pid}) could not be waited for: {source}")]
    Wait {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why [`init`](crate::init) could not do its work.
///
/// A child runs `main` up to `init` and leaves it there. That is only safe, and only the same place in parent and
/// child, while nothing else is running yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum InitRefusal {
    /// It was called from another thread than the main thread.
    #[error("multiprocess::init() was called off the main thread: make it the first statement of main")]
    NotMainThread,
    /// The process had started threads before.
    #[error(
        "multiprocess::init() found {0} threads where there must be one: call it before anything that starts threads"
    )]
    Threads(u32),
}

/// What a child found wrong with what it was asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// [`init`](crate::init) could not do its work in the child.
    #[error("{0}")]
    Init(#[from] InitRefusal),
    /// The child runs another build of the program, or another program.
    #[error(
        "its executable is not the program that started it: functions are found by their place in one build, so name \
         a copy of this very program with multiprocess::set_executable"
    )]
    ForeignExecutable,
    /// The place of the target in the executable does not hold that target.
    #[error("its executable holds no target {target} at offset {offset:#x}")]
    NoSuchTarget {
        /// The target's type name.
        target: String,
        /// The place in the executable's image, in bytes from its load address.
        offset: u64,
    },
    /// The work arrived damaged.
    #[error("what it was sent is damaged: {0}")]
    PlanUnreadable(String),
    /// The child could not set up what a child needs.
    #[error("it could not be prepared: {0}")]
    Unprepared(String),
    /// The arguments did not turn back into values.
    #[error(
        "its arguments cannot be deserialized ({0}): their types must read back what they write, in a format that \
         does not name its fields (no untagged enums, no skipped fields)"
    )]
    ArgumentsUndecodable(String),
    /// The result could not be turned into bytes. The target did run.
    #[error("its result cannot be serialized ({0}); the target itself did run to its end")]
    ResultNotSerializable(String),
}

/// What a panic said. Where it happened is empty if the program replaced the panic hook.
///
/// `Display` shows the place and the message; the backtrace has been printed by the child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panic {
    /// The message; for a payload that is not text, a note that says so.
    pub message: String,
    /// File, line and column, as in `src/main.rs:3:5`.
    pub location: Option<String>,
    /// The backtrace, when `RUST_BACKTRACE` asked for one.
    pub backtrace: Option<String>,
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let location = self.location.as_deref().unwrap_or("an unknown place");
        write!(f, "{location}: {}", self.message)
    }
}

/// How a process ended, as the kernel tells it ([waitid(2)](https://man7.org/linux/man-pages/man2/waitid.2.html)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// It exited with this code, 0 to 255.
    Code(i32),
    /// This signal ended it.
    Signal {
        /// The signal's number.
        signal: i32,
        /// Whether the kernel wrote a core file.
        core_dumped: bool,
    },
}

impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExitStatus::Code(code) => write!(f, "exit code {code}"),
            ExitStatus::Signal { signal, .. } => write!(f, "signal {}", signal_name(*signal)),
        }
    }
}

/// `SIGKILL` for 9; a real-time signal, which has no name of its own, by its number.
fn signal_name(signal: i32) -> String {
    match nix::sys::signal::Signal::try_from(signal) {
        Ok(known) => known.as_str().to_owned(),
        Err(_) => format!("{signal}"),
    }
}
