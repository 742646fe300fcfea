//! What can go wrong, each case with what to do about it.
//!
//! How a process ended is never guessed: a panic, an exit code, a signal and "nobody can tell any more" are
//! different values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The result of most of this crate's functions.
///
/// # Examples
///
/// ```
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     Ok(())
/// }
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a process could not be started, or why joining it did not give a value.
///
/// `Debug` prints the same sentence as `Display`, so that `fn main() -> multiprocess::Result<()>` and `unwrap`
/// show their reader what happened and what to do.
///
/// # Examples
///
/// ```
/// use multiprocess::{Error, Process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let fail = || -> u32 { panic!("out of luck") };
/// match Process::new(fail, ()).start()?.join() {
///     Err(Error::Panicked { panic, .. }) => assert_eq!(panic.message, "out of luck"),
///     other => panic!("{other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `start` was called in a process that has not called [`init`](crate::init).
    ///
    /// *What happened:* nothing was started. A child would have run `main` from its beginning and started a child of its
    /// own, without end. *To see it:* put a line that prints before the start and one in `init`'s place. *To mend it:* make
    /// `multiprocess::init()` the first statement of `main`; in tests, put
    /// [`init_before_main!`](crate::init_before_main) into the test file.
    #[error(
        "no process was started, because this process has not called multiprocess::init(): make it the first \
         statement of main"
    )]
    NotInitialized,

    /// [`init`](crate::init) was called where it cannot do its work, so no process can be started.
    ///
    /// *What happened:* a child could not reach the same place alone; see the variants of [`InitRefusal`]. *To see it:*
    /// `ls /proc/PID/task` lists the threads. *To mend it:* call `init` on the main thread, before anything that starts
    /// threads, such as an async runtime or a logger.
    #[error("no process was started, because {0}")]
    InitRefused(InitRefusal),

    /// The target lives in a shared library; a spawned child finds its target in the executable only.
    ///
    /// *What happened:* the function's code was loaded from another file than the program's. *To see it:* `lsof -p PID` or
    /// `/proc/PID/maps` shows which files are mapped. *To mend it:* compile the target into the program, and let it call
    /// the library.
    #[error("{target} lies outside the executable: a target must be compiled into the program itself")]
    TargetOutsideExecutable {
        /// The target's type name.
        target: &'static str,
    },

    /// This program was not started from `/proc/self/exe`, so running that file would start something else.
    ///
    /// *What happened:* the dynamic loader was called by hand (`ld.so ./program`), so the kernel takes the loader for the
    /// program. *To see it:* `readlink /proc/PID/exe`. *To mend it:* start the program directly, or name its file with
    /// [`set_executable`](crate::set_executable).
    #[error(
        "/proc/self/exe is not the file this program was loaded from, so it cannot start itself again: start the \
         program directly, or name its file with multiprocess::set_executable"
    )]
    ForeignSelf,

    /// The fork start method was chosen in a process with several threads.
    ///
    /// *What happened:* only the thread that forks exists in the child; a lock that another one held would never be
    /// released there. *To see it:* `ls /proc/PID/task`. *To mend it:* fork before starting threads, join
    /// them first, or use spawn.
    #[error(
        "no process was forked, because this process has {threads} threads and only the calling one would exist in \
         the child, with locks that the others hold: fork before starting threads, or use the spawn start method"
    )]
    ForkWithThreads {
        /// How many there were.
        threads: u32,
    },

    /// The forkserver could not do its work.
    ///
    /// *What happened:* its preload hook panicked, left a thread running or ended the process, it found threads where it
    /// must have one, or somebody kills it whenever it is started; the reason says which. Nothing was started. *To see it:* what the hook
    /// wrote to standard error; [`start_forkserver`](crate::start_forkserver) runs the hook without a child. *To mend it:*
    /// let the hook join the threads it starts, and return.
    #[error("the forkserver serves nobody: {reason}")]
    Forkserver {
        /// What it said, or what was found out about it.
        reason: String,
    },

    /// A preload hook was named when the forkserver had been started.
    ///
    /// *What happened:* nothing; the hook would not have been run. *To see it:* search for what starts the first child by
    /// the forkserver method, or calls [`start_forkserver`](crate::start_forkserver). *To mend it:* name the hook before
    /// that, in `main`.
    #[error(
        "the forkserver runs already, without this preload hook: call set_forkserver_preload before the first process \
         is started"
    )]
    ForkserverRuns,

    /// A daemon process tried to start a process.
    ///
    /// *What happened:* nothing was started, because a daemon is terminated without being asked, and its children would be
    /// left behind. *To see it:* [`current_process`](crate::current_process)`().daemon()`. *To mend it:* let the daemon's
    /// parent start the process, or do not make it a daemon.
    #[error(
        "{process} is a daemon, which may start no processes: they would be left behind when it is terminated"
    )]
    DaemonsStartNothing {
        /// The daemon's name.
        process: String,
    },

    /// A start method had been chosen before.
    ///
    /// *What happened:* two places choose for the whole program. *To see it:* search for `set_start_method`. *To mend
    /// it:* choose in `main` only; a library gives its processes a method of their own with
    /// [`Context`](crate::Context).
    #[error(
        "the start method is {chosen} already: choose it once, in main, or use force_start_method where a later choice \
         must win"
    )]
    StartMethodChosen {
        /// The method chosen first.
        chosen: &'static str,
    },

    /// A handle was closed whose process still runs.
    ///
    /// *What happened:* nothing; the handle is handed back with the error. *To see it:* `ps PID`, or
    /// [`is_alive`](crate::Child::is_alive). *To mend it:* join it first, or drop the handle, which lets the process run on.
    #[error("{process} (pid {pid}) still runs: join it, or terminate it, before closing its handle")]
    StillRunning {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
    },

    /// The operating system refused to send a signal.
    ///
    /// *What happened:* the child runs as another user now, or a security module forbids it. *To see it:* the `Uid` line of
    /// `/proc/PID/status`. *To mend it:* send the signal with the rights that this takes (kill(2), "EPERM").
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
    ///
    /// *What happened:* there are more things than this process may have open descriptors. *To see it:* `ulimit -n`, and
    /// `ls /proc/PID/fd`. *To mend it:* raise the limit, or wait for fewer at once.
    #[error("{count} things could not be waited for: {source}")]
    WaitForAny {
        /// How many there were.
        count: usize,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The arguments could not be turned into bytes.
    ///
    /// *What happened:* the `Serialize` of one of them failed. *To see it:* the reason is the serializer's own. *To mend
    /// it:* pass what can be written, such as a path in place of an open file.
    #[error("the arguments of {target} could not be serialized: {reason}")]
    ArgumentsNotSerializable {
        /// The target's type name.
        target: &'static str,
        /// What the serializer said.
        reason: String,
    },

    /// The operating system refused a step of the start.
    ///
    /// *What happened:* too many processes, descriptors or memory in use, or the executable named by
    /// [`set_executable`](crate::set_executable) cannot be run; step and source say which. *To see it:* `ulimit -a`,
    /// `ls /proc/PID/fd`, `pids.max` of the cgroup. *To mend it:* join children before starting more, or raise the limit.
    /// A child costs its parent one descriptor, and a second one while fewer than nine run; a start needs five for a
    /// moment.
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
    ///
    /// *What happened:* see [`Panic`]. *To see it:* the child has written the whole report to standard error, headed
    /// with its name; `RUST_BACKTRACE=1` adds the backtrace. *To mend it:* where failing is expected, let the target return
    /// a `Result`.
    #[error("{process} (pid {pid}) panicked at {panic}")]
    Panicked {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// What it said.
        panic: Panic,
    },

    /// The process ended with an exit code in place of a value.
    ///
    /// *What happened:* something in it called [`std::process::exit`], or C's `exit` or `_exit`; with code 0 too, then the
    /// value is missing all the same. *To see it:* `strace -f -e trace=exit_group` names the moment. *To mend it:* return
    /// from the target instead.
    #[error(
        "{process} (pid {pid}) ended with exit code {code} {} its target returned",
        if *returned { "after" } else { "before" }
    )]
    Exited {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// The exit code, 0 to 255.
        code: i32,
        /// Whether the target had returned; then something that ran at exit chose the code.
        returned: bool,
    },

    /// A signal ended the process.
    ///
    /// *What happened:* somebody sent it, such as a `kill`, Ctrl-C or the kernel's memory killer; or the process did it
    /// to itself by `abort`, a stack overflow or a wild pointer. *To see it:* the signal's number; `dmesg` for the memory
    /// killer; a core file. *To mend it:* SIGKILL without a sender points to memory, SIGSEGV and SIGABRT to a bug.
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
    ///
    /// *What happened:* another part of the program called `waitpid(-1)`, or set SIGCHLD to be ignored, which makes the
    /// kernel throw statuses away. *To see it:* `strace -f -e trace=wait4,waitid,rt_sigaction`. *To mend it:* have that
    /// part wait for its own children by pid or pidfd. A result that had arrived whole is still handed out.
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
    ///
    /// *What happened:* the child's `main` returned, exited or panicked before `init`, or the executable named by
    /// [`set_executable`](crate::set_executable) is another program. *To see it:* what it printed, and `status`. *To mend
    /// it:* call `init` first and on every path.
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

    /// The child found that it must not, or cannot, run its target, or that it cannot send back what that returned.
    ///
    /// *What happened,* how to see it and how to mend it: see the variants of [`Refusal`].
    #[error("{process} (pid {pid}) gave no result, because {refusal}")]
    Refused {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
        /// What the child found.
        refusal: Refusal,
    },

    /// The target returned, but its value did not arrive.
    ///
    /// *What happened:* the value's `Deserialize` does not accept what its `Serialize` wrote, or the file that carried it
    /// was damaged. *To see it:* write the value to bytes with `postcard` and read it back, in one process. *To mend it:*
    /// see [`Refusal::ArgumentsUndecodable`], which is the same for arguments.
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
    ///
    /// *What happened:* one of [`join`](crate::Child::join), [`join_timeout`](crate::Child::join_timeout) and
    /// [`try_join`](crate::Child::try_join) has given this handle's value, or the error in its place, before. *To see it:*
    /// search for the other call on the same handle. *To mend it:* keep what the first one gave; how the process ended can be
    /// asked again with [`exit_status`](crate::Child::exit_status).
    #[error("{process} (pid {pid}) has been joined already: a result is handed out once")]
    AlreadyJoined {
        /// The process's name.
        process: String,
        /// Its pid.
        pid: u32,
    },

    /// The operating system refused to wait.
    ///
    /// *What happened:* the process's descriptor was closed behind the library's back, or a sandbox forbids the call. *To
    /// see it:* `strace -e trace=ppoll,waitid`. *To mend it:* look for code that closes descriptors it did not open.
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
///
/// # Examples
///
/// ```
/// use multiprocess::{Error, InitRefusal, Process};
///
/// fn main() {
///     std::thread::spawn(multiprocess::init).join().expect("it does not panic");
///     let refused = Process::new(|| (), ()).start();
///     let Err(refused) = refused else { panic!("it was started") };
///     assert!(matches!(refused, Error::InitRefused(InitRefusal::NotMainThread)), "{refused}");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum InitRefusal {
    /// It was called from another thread than the main thread.
    ///
    /// *What happened:* `init` stands in a function that a thread runs, such as a test or a task. *To see it:* a breakpoint on
    /// `multiprocess::init`, whose thread is not the first one. *To mend it:* make it the first statement of `main`; in
    /// tests, use [`init_before_main!`](crate::init_before_main).
    #[error("multiprocess::init() was called off the main thread: make it the first statement of main")]
    NotMainThread,
    /// The process is a forkserver, and this is its preload hook.
    ///
    /// *What happened:* the hook that [`set_forkserver_preload`](crate::set_forkserver_preload) named has tried to start a
    /// process. *To see it:* it is the hook's own call of `start` that fails. *To mend it:* let the hook prepare memory only,
    /// and start processes in the program itself.
    #[error("this is a forkserver's preload hook, which prepares what children need and starts none")]
    Forkserver,
    /// The process had started threads before; so many there were.
    ///
    /// *What happened:* something before `init`, or a library's constructor, has started a thread that still runs. *To see
    /// it:* `ls /proc/PID/task` and each one's `comm`, or `strace -f -e trace=clone,clone3`. *To mend it:* move `init` before
    /// what starts it.
    #[error(
        "multiprocess::init() found {0} threads where there must be one: call it before anything that starts threads"
    )]
    Threads(u32),
}

/// What a child found wrong with what it was asked to do.
///
/// # Examples
///
/// ```
/// use multiprocess::{Error, Process, Refusal};
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
///     let refusal = match refused {
///         Err(Error::Refused { refusal, .. }) => refusal,
///         other => panic!("{other:?}"),
///     };
///     assert!(matches!(refusal, Refusal::ArgumentsUndecodable(_)));
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// [`init`](crate::init) could not do its work in the child.
    ///
    /// *What happened,* how to see it and how to mend it: see [`InitRefusal`]. It worked in the parent, so the child has gone
    /// another way through `main`, or has met another environment.
    #[error("{0}")]
    Init(#[from] InitRefusal),
    /// The child runs another build of the program, or another program.
    ///
    /// *What happened:* the file named by [`set_executable`](crate::set_executable) is neither this program nor a copy of
    /// it, or it has no build-id to tell. *To see it:* `readelf -n FILE` shows the build-id; compare it with that of
    /// `/proc/PID/exe`. *To mend it:* name a copy of this very program, or a launcher that ends by running it.
    #[error(
        "its executable is not the program that started it: functions are found by their place in one build, so name \
         a copy of this very program with multiprocess::set_executable"
    )]
    ForeignExecutable,
    /// The place of the target in the executable does not hold that target.
    ///
    /// *What happened:* the plan was damaged on its way, or two builds bear the same build-id. *To see it:* `readelf -n` and
    /// `sha256sum` of both files. *To mend it:* let the linker compute the build-id (`-Wl,--build-id`), as it does unless it
    /// is told otherwise, and name a copy of this very program.
    #[error("its executable holds no target {target} at offset {offset:#x}")]
    NoSuchTarget {
        /// The target's type name.
        target: String,
        /// The place in the executable's image, in bytes from its load address.
        offset: u64,
    },
    /// The work arrived damaged.
    ///
    /// *What happened:* something wrote to descriptor 3 between the start and [`init`](crate::init), such as a launcher. *To
    /// see it:* `strace -f -e trace=write,pwrite64,ftruncate`. *To mend it:* leave descriptors 3 and 4 alone until `init`.
    #[error("what it was sent is damaged: {0}")]
    PlanUnreadable(String),
    /// The child could not set up what a child needs.
    ///
    /// *What happened:* the operating system refused what the text names, such as one more descriptor. *To see it:*
    /// `ulimit -n`, and `ls /proc/PID/fd`. *To mend it:* raise the limit in the parent, from which children inherit it.
    #[error("it could not be prepared: {0}")]
    Unprepared(String),
    /// The arguments did not turn back into values.
    ///
    /// *What happened:* the `Deserialize` of one of them does not accept what its `Serialize` wrote. *To see it:* write the
    /// value to bytes with `postcard` and read it back, in one process. *To mend it:* give the type a form that does not
    /// name its fields (no untagged enums, no skipped fields), or pass another type.
    #[error(
        "its arguments cannot be deserialized ({0}): their types must read back what they write, in a format that \
         does not name its fields (no untagged enums, no skipped fields)"
    )]
    ArgumentsUndecodable(String),
    /// The result could not be turned into bytes. The target did run.
    ///
    /// *What happened:* its `Serialize` failed, or there was no room for the bytes. *To see it:* the reason is the
    /// serializer's or the operating system's own; `ulimit -f`, and `memory.max` of the cgroup. *To mend it:* return what can
    /// be written; write what is large to a file and return its path.
    #[error("its result cannot be serialized ({0}); the target itself did run to its end")]
    ResultNotSerializable(String),
}

/// What a panic said. Where it happened is empty if the program replaced the panic hook.
///
/// `Display` shows the place and the message; the backtrace has been printed by the child.
///
/// # Examples
///
/// ```
/// use multiprocess::{Error, Process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let fail = || -> u32 { panic!("out of luck") };
/// let Err(Error::Panicked { panic, .. }) = Process::new(fail, ()).start()?.join() else {
///     panic!("it panics");
/// };
/// assert_eq!(panic.message, "out of luck");
/// assert!(panic.location.is_some());
/// # Ok(())
/// # }
/// ```
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
///
/// # Examples
///
/// ```
/// use multiprocess::{ExitStatus, Process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let mut child = Process::new(|| (), ()).start()?;
/// child.join()?;
/// let status = child.exit_status()?.expect("it has been joined");
/// assert_eq!(status, ExitStatus::Code(0));
/// assert_eq!(status.to_string(), "exit code 0");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
