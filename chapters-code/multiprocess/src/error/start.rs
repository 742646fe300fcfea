//! Why a process could not be started.

use std::io;

use serde::{Deserialize, Serialize};

use super::ExitStatus;

/// Why a process could not be started, or why a setting for later starts was refused.
///
/// After an error of a start, the target has not run and will not run. There is one exception: if the system runs out of memory
/// or of open files right after a fork, the child is killed, and its target may have begun.
///
/// ```
/// use multiprocess::{Process, StartError};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     multiprocess::set_executable(Some("/nowhere/python".into()))?;
///     let refused = Process::new(|| (), ()).name("worker").start();
///     let Err(StartError::System { process, step, .. }) = refused else { panic!("it was started") };
///     assert_eq!((process.as_str(), step), ("worker", "running its executable"));
///     Ok(())
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// This process has not called [`init`](crate::init).
    ///
    /// *What happened:* nothing was started. A child would have run `main` from its beginning and started a child of its
    /// own, without end. *How to see it:* print a line before the start and one in front of `init`. *How to fix it:* make
    /// `multiprocess::init()` the first statement of `main`. In tests, put
    /// [`init_before_main!`](crate::init_before_main) into the test file.
    #[error(
        "no process was started, because this process has not called multiprocess::init(): make it the first \
         statement of main"
    )]
    NotInitialized,

    /// [`init`](crate::init) was called where it cannot do its work, so this process can start no others.
    ///
    /// *What happened:* a child could not reach this call of `init`. *How to see it and fix it:* see the variants of
    /// [`InitRefusal`].
    #[error("no process was started, because {0}")]
    InitRefused(InitRefusal),

    /// This process has other rights than the user who started it, or acts as another user for a while.
    ///
    /// *What happened:* the program's file is set-user-ID, set-group-ID or has capabilities, or the program has changed its
    /// effective user or group but not its real one (seteuid(2)). The kernel marks what such a process runs (getauxval(3),
    /// `AT_SECURE`). A marked program that is started again cannot distinguish its own work from work that its user forged, so
    /// it takes up none. A security module can set the mark, too. SELinux does so when a start takes a harmless program into
    /// another domain, unless the policy allows `noatsecure`. *How to see it:* `ls -l` and `getcap` of the file, the `Uid` and
    /// `Gid` lines of `/proc/PID/status`, `ps -Z`. *How to fix it:* start the processes while the effective user is the real
    /// one, let a helper without such rights start them, or use the fork start method, which does not start the program again.
    #[error(
        "no process was started, because this process does not have the same rights as the user who started it (set-user-ID, \
         set-group-ID, capabilities, or an effective user or group that is not the real one): if its program were started \
         again, it could not distinguish its own work from forged work"
    )]
    RaisedRights,

    /// The program is ending.
    ///
    /// *What happened:* another thread has returned from `main` or called [`std::process::exit`], and this process already
    /// waits for its children. A child that started now would be left behind. *How to see it:* a breakpoint on `exit`.
    /// *How to fix it:* join the thread that starts processes before the program ends.
    #[error("no process was started, because this program is ending and already waits for its children")]
    Exiting,

    /// A daemon process tried to start a process.
    ///
    /// *What happened:* nothing was started, because a daemon is terminated without being asked, and its children would be
    /// left behind. *How to see it:* [`current_process`](crate::current_process)`().daemon()`. *How to fix it:* let the
    /// daemon's parent start the process, or do not make it a daemon.
    #[error(
        "{process} is a daemon and may not start processes: they would be left behind when it is terminated"
    )]
    DaemonsStartNothing {
        /// The daemon's name.
        process: String,
    },

    /// The name cannot be a process's name.
    ///
    /// *What happened:* it holds a null byte, or is longer than 1024 bytes. *How to see it:* print it with `{:?}`. *How to
    /// fix it:* choose another one, or pass the text as an argument.
    #[error("a process cannot have this name: {reason}")]
    NameRefused {
        /// What is wrong with it.
        reason: &'static str,
    },

    /// The arguments could not be turned into bytes.
    ///
    /// *What happened:* the `Serialize` of one of them failed. *How to see it:* the reason is the serializer's own. *How to
    /// fix it:* pass what can be written, such as a path in place of an open file.
    #[error("the arguments of {target} could not be serialized: {reason}")]
    ArgumentsNotSerializable {
        /// The target's type name.
        target: &'static str,
        /// What the serializer said.
        reason: String,
    },

    /// The arguments would be read back as different values. Debug builds check this in every
    /// [`Process::new`](crate::Process::new).
    ///
    /// *What happened:* a type skips fields when it is written (`skip_serializing_if`), and the bytes that travel have no
    /// field names. *How to see it:* write the value with `postcard`, read it back, and compare. *How to fix
    /// it:* remove the attribute, or pass another type.
    #[error(
        "the arguments of {target} would be read back as different values: their types must not skip fields \
         (skip_serializing_if)"
    )]
    ArgumentsChange {
        /// The target's type name.
        target: &'static str,
    },

    /// The target is in a shared library. A child finds targets in the executable only.
    ///
    /// *What happened:* the function's code was loaded from another file than the program's. *How to see it:*
    /// `/proc/PID/maps` shows which files are mapped. *How to fix it:* compile the target into the program, and let it call
    /// the library.
    #[error("{target} is outside the executable: a target must be compiled into the program itself")]
    TargetOutsideExecutable {
        /// The target's type name.
        target: &'static str,
    },

    /// This program was not started from `/proc/self/exe`, so running that file would start something else.
    ///
    /// *What happened:* the dynamic loader was called by hand (`ld.so ./program`), so the kernel takes the loader for the
    /// program. *How to see it:* `readlink /proc/PID/exe`. *How to fix it:* start the program directly, or name its file
    /// with [`set_executable`](crate::set_executable).
    #[error(
        "/proc/self/exe is not the file this program was loaded from, so it cannot start itself again: start the \
         program directly, or name its file with multiprocess::set_executable"
    )]
    ForeignSelf,

    /// The fork start method was chosen in a process with several threads.
    ///
    /// *What happened:* only the thread that forks exists in the child. A lock that another thread holds would never be
    /// released there. *How to see it:* `ls /proc/PID/task`. *How to fix it:* fork before starting threads, join them
    /// first, or use spawn.
    #[error(
        "no process was forked, because this process has {threads} threads and only the calling one would exist in \
         the child, with locks that the others hold: fork before starting threads, or use the spawn start method"
    )]
    ForkWithThreads {
        /// How many there were.
        threads: u32,
    },

    /// The fork start method was used while this thread panics.
    ///
    /// *What happened:* the start is in a panic hook, or in a `Drop` that runs while the stack unwinds. The child would be
    /// a copy that panics, too, and the first panic of its target would abort it. *How to see it:* the backtrace of the
    /// panic. *How to fix it:* start the process after the panic has been caught, or use spawn.
    #[error(
        "no process was forked, because this thread is panicking and its copy would be, too: start the process \
         elsewhere, or use the spawn start method"
    )]
    ForkWhilePanicking,

    /// The forkserver could not do its work.
    ///
    /// *What happened:* its preload hook panicked, left a thread running or ended the process, or it found threads where it
    /// must have one. The reason says which. *How to see it:* what the hook wrote to standard error.
    /// [`start_forkserver`](crate::start_forkserver) runs the hook without a child. *How to fix it:* let the hook join the
    /// threads it starts, and return.
    #[error("the forkserver cannot serve: {reason}")]
    Forkserver {
        /// What it said.
        reason: String,
    },

    /// Every forkserver that was started for this child ended before it gave one.
    ///
    /// *What happened:* a server that is killed is replaced, but only a few times in a row. *How to see it:* the status; for
    /// SIGKILL look for the kernel's memory killer in `dmesg`. *How to fix it:* find what ends the processes of this program.
    #[error(
        "{tries} forkservers in a row ended before they provided a child; the last one ended with {status}"
    )]
    ForkserversEnded {
        /// How many were started.
        tries: u32,
        /// How the last one ended.
        status: ExitStatus,
    },

    /// A preload hook was named after the forkserver had been started.
    ///
    /// *What happened:* the hook would not have run. *How to see it:* search for what starts the first child by the
    /// forkserver method, or calls [`start_forkserver`](crate::start_forkserver). *How to fix it:* name the hook before
    /// that, in `main`, or stop the server with [`stop_forkserver`](crate::stop_forkserver) first.
    #[error(
        "the forkserver is already running, without this preload hook: call set_forkserver_preload before the first process \
         is started"
    )]
    ForkserverRuns,

    /// A start method had been chosen before.
    ///
    /// *What happened:* two places choose for the whole program. *How to see it:* search for `set_start_method`. *How to
    /// fix it:* choose in `main` only. A library gives its processes a method of their own with
    /// [`Context`](crate::Context).
    #[error(
        "the start method is already {chosen}: choose it once, in main, or use force_start_method where a later choice \
         must win"
    )]
    StartMethodChosen {
        /// The method chosen first.
        chosen: &'static str,
    },

    /// The operating system refused a step of the start.
    ///
    /// *What happened:* there are too many processes or descriptors, memory is short, the executable named by
    /// [`set_executable`](crate::set_executable) cannot be run, or a sandbox refuses a system call. Step and source say
    /// which. *How to see it:* `ulimit -a`, `ls /proc/PID/fd`, `pids.max` of the cgroup. *How to fix it:* drop the handles
    /// of children that have been joined, start fewer at once, or raise the limit. A child costs its parent two
    /// descriptors until it has been joined, and one until its handle is dropped. A spawn needs two more for a moment.
    #[error("{process} could not be started: {step}")]
    System {
        /// The name the process would have had.
        process: String,
        /// The step that failed.
        step: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Why [`init`](crate::init) could not do its work.
///
/// ```
/// use multiprocess::{InitRefusal, Process, StartError};
///
/// fn main() {
///     std::thread::spawn(multiprocess::init).join().expect("init does not panic");
///     let Err(refused) = Process::new(|| (), ()).start() else { panic!("it was started") };
///     assert!(matches!(refused, StartError::InitRefused(InitRefusal::NotMainThread)), "{refused}");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum InitRefusal {
    /// It was called from another thread than the main thread.
    ///
    /// *What happened:* `init` is in a function that a thread runs, such as a test or a task. *How to see it:* a breakpoint
    /// on `multiprocess::init`, whose thread is not the first one. *How to fix it:* make it the first statement of `main`.
    /// In tests, use [`init_before_main!`](crate::init_before_main).
    #[error("multiprocess::init() was called off the main thread: make it the first statement of main")]
    NotMainThread,
    /// The process is a forkserver, and this is its preload hook.
    ///
    /// *What happened:* the hook that [`set_forkserver_preload`](crate::set_forkserver_preload) named has tried to start a
    /// process. *How to see it:* it is the hook's own call of `start` that fails. *How to fix it:* let the hook prepare
    /// memory only, and start processes in the program itself.
    #[error("this is a forkserver's preload hook, which prepares what children need and starts none")]
    Forkserver,
}
