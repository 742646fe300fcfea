//! Why joining a process did not give a value.

use std::error::Error;
use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use super::status::signal_name;
use super::{ExitStatus, InitRefusal};

/// Why joining a process did not give its target's value.
///
/// The library never guesses how a process ended. A panic, an exit code, a signal and a lost status are different
/// [kinds](JoinErrorKind).
///
/// ```
/// use multiprocess::{JoinErrorKind, Process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let mut child = Process::new(|| -> u32 { panic!("out of luck") }, ()).start()?;
/// let error = child.join().expect_err("the target panics");
/// assert_eq!(error.process, "Process-1");
/// match error.kind {
///     JoinErrorKind::Panicked(panic) => assert_eq!(panic.message, "out of luck"),
///     other => panic!("{other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
pub struct JoinError {
    /// The process's name.
    pub process: String,
    /// Its pid.
    pub pid: u32,
    /// What happened in place of a value.
    pub kind: JoinErrorKind,
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (pid {}) {}", self.process, self.pid, self.kind)
    }
}

impl Error for JoinError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The kind's own message is part of this error's.
        self.kind.source()
    }
}

/// What happened in place of a value.
///
/// `Display` gives the rest of a sentence that begins with the process's name. [`JoinError`] has an example.
///
/// # Examples
///
/// See [`JoinError`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JoinErrorKind {
    /// The target panicked.
    ///
    /// *What happened:* see [`Panic`]. *How to see it:* the child has written the whole report to standard error, headed
    /// with its name. `RUST_BACKTRACE=1` adds the backtrace. *How to fix it:* where failing is expected, let the target
    /// return a `Result`.
    #[error("panicked at {0}")]
    Panicked(Panic),

    /// The process ended with an exit code in place of a value.
    ///
    /// *What happened:* something in it called [`std::process::exit`], or C's `exit` or `_exit`. The value is missing even if
    /// the code is 0. *How to see it:* `strace -f -e trace=exit_group` shows the moment. *How to fix it:* return from the
    /// target instead.
    #[error("ended with exit code {code} {} its target returned", if *returned { "after" } else { "before" })]
    Exited {
        /// The exit code, 0 to 255.
        code: i32,
        /// Whether the target had returned. If it had, an exit handler chose the code.
        returned: bool,
    },

    /// A signal ended the process.
    ///
    /// *What happened:* another process sent it, as `kill`, Ctrl-C and the kernel's memory killer do, or the process did it
    /// to itself by `abort`, a stack overflow or a wild pointer. *How to see it:* the signal's number, `dmesg` for the
    /// memory killer, a core file. *How to fix it:* SIGKILL without a known sender points to a lack of memory. SIGSEGV and
    /// SIGABRT point to a bug.
    #[error(
        "was ended by signal {}{}",
        signal_name(*signal),
        if *core_dumped { " (core dumped)" } else { "" }
    )]
    Killed {
        /// The signal's number.
        signal: i32,
        /// Whether the kernel wrote a core file.
        core_dumped: bool,
    },

    /// The process has ended, and its exit status is lost.
    ///
    /// *What happened:* another part of the program called `waitpid(-1)`, or set SIGCHLD to be ignored, which makes the
    /// kernel throw statuses away. Or the child's forkserver was killed before it could report how the child ended, and the
    /// status went to another process. Since Linux 6.15 a process's descriptor keeps its status, and this error is rare.
    /// *How to see it:* `strace -f -e trace=wait4,waitid,rt_sigaction`. *How to fix it:* have that part wait for its own
    /// children by pid or pidfd. A result that had arrived whole is still handed out.
    #[error(
        "has ended, but {}",
        if *with_server {
            "its exit status is lost, because its forkserver was killed"
        } else {
            "other code collected its exit status: look for waitpid(-1) in a signal handler or a library, or for SIGCHLD \
             set to be ignored"
        }
    )]
    Lost {
        /// Whether the status was lost with a forkserver.
        with_server: bool,
    },

    /// The process ended without having reached [`init`](crate::init).
    ///
    /// *What happened:* the child's `main` returned, exited or panicked before `init`, or the executable named by
    /// [`set_executable`](crate::set_executable) is another program. *How to see it:* what it printed, and `status`. *How to
    /// fix it:* call `init` first and on every path.
    #[error(
        "ended with {status} and never took up its work: its main must call multiprocess::init() first, and its \
         executable must be this program"
    )]
    NeverEntered {
        /// How it ended.
        status: ExitStatus,
    },

    /// The child refused to run its target, could not run it, or could not send back what the target returned.
    ///
    /// *What happened, how to see it and fix it:* see the variants of [`Refusal`].
    #[error("gave no result, because {0}")]
    Refused(Refusal),

    /// The target returned, but its value did not arrive.
    ///
    /// *What happened:* the value's `Deserialize` does not accept what its `Serialize` wrote, or the file that carried it
    /// was damaged. *How to see it:* write the value to bytes with `postcard` and read it back, in one process. *How to fix
    /// it:* see [`Refusal::ArgumentsUndecodable`], which is the same for arguments.
    #[error("returned, but its result cannot be read: {reason}")]
    ResultUnreadable {
        /// What went wrong with the value.
        reason: String,
    },

    /// The process was joined already, and its value was handed out then.
    ///
    /// *What happened:* one of [`join`](crate::Child::join), [`join_timeout`](crate::Child::join_timeout) and
    /// [`try_join`](crate::Child::try_join) has given this handle's value, or the error in its place, before. *How to see
    /// it:* search for the other call on the same handle. *How to fix it:* keep what the first one gave. How the process
    /// ended can be asked again with [`exit_status`](crate::Child::exit_status).
    #[error("has been joined already: a result is handed out once")]
    AlreadyJoined,

    /// The handle was closed, and the process is still running.
    ///
    /// *What happened:* nothing was closed. [`close`](crate::Child::close) returns the handle with the error. *How to see it:*
    /// `ps PID`, or [`is_alive`](crate::Child::is_alive). *How to fix it:* join the process first, or drop the handle, which
    /// lets the process run on.
    #[error("is still running: join it, or terminate it, before closing its handle")]
    StillRunning,

    /// The handle belongs to the process that started the child, and this process is a copy of that one.
    ///
    /// *What happened:* the program has copied itself with fork(2), and the copy has used a handle from before. *How to see
    /// it:* compare [`std::process::id`] before the start and now. *How to fix it:* join a child in the process that started
    /// it.
    #[error("was started by process {starter}, of which this one is a copy: join it there")]
    NotOurs {
        /// The pid of the process that started it.
        starter: u32,
    },

    /// The operating system refused to wait.
    ///
    /// *What happened:* the process's descriptor was closed behind the library's back, or a sandbox forbids the call. *How
    /// to see it:* `strace -e trace=ppoll,waitid`. *How to fix it:* look for code that closes descriptors it did not open.
    #[error("could not be waited for")]
    Wait {
        /// What the operating system said.
        source: io::Error,
    },
}

/// Why a child refused its work, or could not send back a result.
///
/// ```
/// use multiprocess::{JoinErrorKind, Process, Refusal};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// #[serde(untagged)]
/// enum Shape {
///     Circle(f64),
///     Square(f64),
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let refused = Process::new(|_: Shape| (), (Shape::Circle(1.0),)).start()?.join();
///     let kind = refused.expect_err("an untagged enum cannot be read back").kind;
///     assert!(matches!(kind, JoinErrorKind::Refused(Refusal::ArgumentsUndecodable(_))));
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// [`init`](crate::init) could not do its work in the child.
    ///
    /// *What happened, how to see it and fix it:* see [`InitRefusal`]. It worked in the parent, so the child has gone
    /// another way through `main`, or has met another environment.
    #[error("{0}")]
    Init(#[from] InitRefusal),
    /// The child runs another build of the program, or another program.
    ///
    /// *What happened:* the file named by [`set_executable`](crate::set_executable) is not this program or a copy of it, or
    /// it has no build-id to compare. *How to see it:* `readelf -n FILE` shows the build-id; compare it with that of
    /// `/proc/PID/exe`. *How to fix it:* name a copy of this very program, or a launcher that ends by running it.
    #[error(
        "its executable is not the program that started it: functions are found by their place in one build, so name \
         a copy of this very program with multiprocess::set_executable"
    )]
    ForeignExecutable,
    /// The place of the target in the executable does not hold that target.
    ///
    /// *What happened:* the work was damaged on its way, or two builds have the same build-id. *How to see it:*
    /// `readelf -n` and `sha256sum` of both files. *How to fix it:* let the linker compute the build-id
    /// (`-Wl,--build-id`), as it does unless it is told otherwise, and name a copy of this very program.
    #[error("its executable has no target {target} at offset {offset:#x}")]
    NoSuchTarget {
        /// The target's type name.
        target: String,
        /// The place in the executable's image, in bytes from its load address.
        offset: u64,
    },
    /// The work arrived damaged.
    ///
    /// *What happened:* something used descriptor 3 between the start and [`init`](crate::init), such as a launcher. *How
    /// to see it:* `strace -f -e trace=recvmsg,read,write,pwrite64`. *How to fix it:* leave descriptor 3 alone until
    /// `init`.
    #[error("what it was sent is damaged: {0}")]
    WorkUnreadable(String),
    /// The child could not set up what a child needs.
    ///
    /// *What happened:* the operating system refused what the text names, such as one more descriptor. *How to see it:*
    /// `ulimit -n`, and `ls /proc/PID/fd`. *How to fix it:* raise the limit in the parent, from which children inherit it.
    #[error("it could not be prepared: {0}")]
    Unprepared(String),
    /// The arguments did not turn back into values.
    ///
    /// *What happened:* the `Deserialize` of one of them does not accept what its `Serialize` wrote. *How to see it:* write
    /// the value to bytes with `postcard` and read it back, in one process. *How to fix it:* give the type a form that does
    /// not name its fields (no untagged enums, no skipped fields), or pass another type.
    #[error(
        "its arguments cannot be deserialized ({0}): their types must read back what they write, in a format that \
         does not name its fields (no untagged enums, no skipped fields)"
    )]
    ArgumentsUndecodable(String),
    /// The result could not be turned into bytes, or the bytes found no room. The target did run.
    ///
    /// *What happened:* its `Serialize` failed, or memory or a limit did not allow the bytes. *How to see it:* the reason is
    /// the serializer's or the operating system's own. Look at `ulimit -f` and at `memory.max` of the cgroup. *How to fix
    /// it:* return a type that serde can write. Write a large result to a file and return its path.
    #[error("its result cannot be serialized ({0}); the target itself ran to its end")]
    ResultNotSerializable(String),
    /// The result holds a descriptor, which cannot travel that way. The target did run.
    ///
    /// *What happened:* descriptors travel as arguments and in messages of pipes. A result has none. *How to see it:* look for a
    /// [`Descriptor`](crate::Descriptor), or for the end of a pipe, in the target's result. *How to fix it:* pass a
    /// [`Sender`](crate::pipe::Sender) to the child as an argument, and send the descriptor through it.
    #[error("its result holds a descriptor, which only arguments can; the target itself ran to its end")]
    ResultHoldsDescriptor,
}

/// The message and the place of a panic.
///
/// `Display` shows both. The child has printed the whole report, with the backtrace if there was one. If the target has
/// replaced the panic hook, the message is all that is known.
///
/// ```
/// use multiprocess::{JoinErrorKind, Process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let mut child = Process::new(|| -> u32 { panic!("out of luck") }, ()).start()?;
/// let JoinErrorKind::Panicked(panic) = child.join().expect_err("the target panics").kind else {
///     panic!("it ended in another way");
/// };
/// assert_eq!(panic.message, "out of luck");
/// assert!(panic.location.expect("the hook is the library's").line > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Panic {
    /// The message. For a payload that is not text, a note that says so.
    pub message: String,
    /// Where in the source it happened. `None` if the target has replaced the panic hook.
    pub location: Option<Location>,
    /// The backtrace, when `RUST_BACKTRACE` asked for one.
    pub backtrace: Option<String>,
}

impl Panic {
    pub(crate) fn new(message: String) -> Panic {
        Panic { message, location: None, backtrace: None }
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Some(location) => write!(f, "{location}: {}", self.message),
            None => write!(f, "an unknown place: {}", self.message),
        }
    }
}

/// The place of a [`Panic`] in the source. `Display` writes it as `src/main.rs:3:5`.
///
/// # Examples
///
/// See [`Panic`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Location {
    /// The file's path, as the compiler was given it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl From<&std::panic::Location<'_>> for Location {
    fn from(location: &std::panic::Location<'_>) -> Location {
        Location { file: location.file().to_owned(), line: location.line(), column: location.column() }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
