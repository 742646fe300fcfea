//! A process as a value: [`Process`] says what to run, [`Child`] is one that runs.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bootstrap::{Left, Outcome, ParentName, Pending, Plan, Target, describe, expect_role};
use crate::error::{Error, ExitStatus, Result};
use crate::start::{Order, StartMethod, chosen};
use crate::sys::function::Descriptor;
use crate::sys::image::Identity;
use crate::wait::{Ended, Watched, collect_let_go};
use crate::wire;

/// A process to be started: a function, its arguments, and what is known about it beforehand.
///
/// The counterpart of Python's
/// [`multiprocessing.Process`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process)
/// before its `start`. What can only be asked of a running process stands on [`Child`], so it cannot be asked too
/// early.
///
/// # Examples
///
/// ```
/// use multiprocess::Process;
///
/// fn greet(name: String) -> String {
///     format!("hello, {name}")
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let mut child = Process::new(greet, ("world".to_owned(),)).name("greeter").start()?;
///     assert_eq!(child.name(), "greeter");
///     assert_eq!(child.join()?, "hello, world");
///     Ok(())
/// }
/// ```
#[must_use = "a process runs once it is started"]
pub struct Process<R> {
    target: &'static Descriptor,
    arguments: Result<Vec<u8>, String>,
    name: Option<String>,
    daemon: Option<bool>,
    method: Option<StartMethod>,
    returns: PhantomData<fn() -> R>,
}

impl<R: Serialize + DeserializeOwned> Process<R> {
    /// A process that will call `target` with `args`, a tuple of up to twelve values.
    ///
    /// The arguments go to the child as bytes, so each must be `Serialize` and `DeserializeOwned` (serde), and the
    /// child gets copies. The same holds for the result, which [`Child::join`] hands back. The bytes do not name
    /// fields ([postcard](https://docs.rs/postcard)), so types that need such names to be read back must not be used: an
    /// untagged enum is refused with
    /// [`Refusal::ArgumentsUndecodable`](crate::Refusal::ArgumentsUndecodable), but a struct that skips fields
    /// (`skip_serializing_if`) may be read back as another value. A `Vec<u8>` is written byte by byte;
    /// for megabytes of it `serde_bytes::ByteBuf` or a `String` is faster.
    ///
    /// A target that captures variables does not compile:
    ///
    /// ```compile_fail
    /// let factor = 2;
    /// let process = multiprocess::Process::new(move |n: u32| factor * n, (21,));
    /// ```
    ///
    /// Nor does a pointer to a function, which is a number that means something in this process only:
    ///
    /// ```compile_fail
    /// fn double(n: u32) -> u32 { 2 * n }
    /// let process = multiprocess::Process::new(double as fn(u32) -> u32, (21,));
    /// ```
    ///
    /// # Safety
    ///
    /// Calling this is safe, with one thing to know for authors of zero-sized types. A closure that captures nothing
    /// but values without bytes is a target too, and the child makes those values anew. If such a type is `Copy`,
    /// `Send`, `Sync` and `'static`, cannot be made by others, and stands for a fact about *this process* ("the
    /// library is initialized"), that fact need not hold in the child. Rust offers no way to tell such a closure from
    /// one that captures nothing; so do not capture tokens of that kind, establish the fact in the child.
    pub fn new<F, Args>(target: F, args: Args) -> Process<R>
    where
        F: Target<Args, Output = R>,
        Args: Serialize + DeserializeOwned,
    {
        // The value of a plain function holds nothing; its type is all that the child needs.
        let _ = target;
        Process {
            target: describe::<F, Args>(),
            arguments: wire::encode(&args),
            name: None,
            daemon: None,
            method: None,
            returns: PhantomData,
        }
    }

    /// Gives the process a name, which `ps` shows, errors mention, and the child can ask for with
    /// [`current_process`](crate::current_process). Names need not differ.
    ///
    /// Without one it is `Process-1`, `Process-2` and so on, counted per starting process; a child's own
    /// children are `Process-1:1`, `Process-1:2`.
    pub fn name(mut self, name: impl Into<String>) -> Process<R> {
        self.name = Some(name.into());
        self
    }

    /// Says whether the process is a daemon: one that ends with its parent, however the parent ends.
    ///
    /// When its parent exits, a daemon is sent SIGTERM, and SIGKILL if it has not ended a second later; when the
    /// parent is killed outright, the kernel kills the daemon. A daemon may start no processes. Any other
    /// child is waited for when its parent exits. Without this call the parent's own flag is inherited.
    ///
    /// The counterpart of Python's
    /// [`Process.daemon`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.daemon); Python's
    /// daemons outlive a parent that is killed. A Unix daemon, which outlives everybody, is something else.
    pub fn daemon(mut self, daemon: bool) -> Process<R> {
        self.daemon = Some(daemon);
        self
    }

    /// Chooses the start method for this process alone.
    pub fn start_method(mut self, method: StartMethod) -> Process<R> {
        self.method = Some(method);
        self
    }

    /// Starts the process.
    ///
    /// The start method is the one chosen by [`start_method`](Process::start_method) or else by
    /// [`set_start_method`](crate::set_start_method), or else spawn: the program is run again and calls the target
    /// when it reaches [`init`](crate::init). Returns as soon as the child exists; that says nothing about how far it
    /// has come.
    ///
    /// A child's standard input is empty. Its arguments, environment, working directory, signal mask, standard output
    /// and standard error are its parent's. A spawned child has no other descriptors and default signal
    /// handlers; a forked one has copies of all.
    ///
    /// # Errors
    ///
    /// - [`Error::NotInitialized`], [`Error::InitRefused`], [`Error::DaemonsStartNothing`]: this process may not start
    ///   others.
    /// - [`Error::ArgumentsNotSerializable`]: the arguments cannot be written as bytes.
    /// - [`Error::TargetOutsideExecutable`]: the target was compiled into a shared library.
    /// - [`Error::ForeignSelf`]: this program cannot be run again by way of `/proc/self/exe`.
    /// - [`Error::ForkWithThreads`]: the fork start method, in a process with several threads.
    /// - [`Error::Start`]: the system refused, for want of processes, descriptors or memory, or because the
    ///   executable named by [`set_executable`](crate::set_executable) cannot be run.
    pub fn start(self) -> Result<Child<R>> {
        let role = expect_role()?;
        if role.daemon {
            return Err(Error::DaemonsStartNothing { process: role.name.clone() });
        }
        let target = self.target.name();
        let arguments =
            self.arguments.map_err(|reason| Error::ArgumentsNotSerializable { target, reason })?;
        let target_offset = self.target.offset().ok_or(Error::TargetOutsideExecutable { target })?;
        collect_let_go();
        let method = self.method.unwrap_or_else(chosen);
        let lineage = role.next_lineage();
        let name = self.name.unwrap_or_else(|| default_name(&lineage));
        let failed = |step| {
            let process = name.clone();
            move |source| Error::Start { process, step, source }
        };
        let plan = Plan {
            identity: Identity::own().map_err(failed("/proc/self/exe"))?,
            target_offset,
            target: target.to_owned(),
            daemon: self.daemon.unwrap_or(role.daemon),
            method: method.name().to_owned(),
            lineage,
            parent: ParentName { pid: std::process::id(), name: role.name.clone() },
            authkey: *role.authkey().map_err(failed("making the authkey"))?,
            name,
        };
        let order = Order { role, plan: &plan, arguments: &arguments, target: self.target };
        let launched = method.launch(&order)?;
        let watched = Watched::new(plan.name, launched.pid, plan.daemon, launched.pidfd);
        Ok(Child { watched, pending: Some(launched.pending), returns: PhantomData })
    }
}

/// `Process-1`, and for a child's first child `Process-1:1`.
fn default_name(lineage: &[u32]) -> String {
    let numbers: Vec<String> = lineage.iter().map(u32::to_string).collect();
    format!("Process-{}", numbers.join(":"))
}

impl<R> fmt::Debug for Process<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").field("target", &self.target.name()).field("name", &self.name).finish()
    }
}

/// A process that has been started.
///
/// Dropping a `Child` neither waits for the process nor ends it. When the process has ended, a later start or drop
/// in this program collects it, so it does not stay a zombie for ever; and when this program exits, it is joined, or,
/// being a daemon, terminated.
pub struct Child<R> {
    watched: Arc<Watched>,
    /// Taken by the join that reads the outcome.
    pending: Option<Pending>,
    returns: PhantomData<fn() -> R>,
}

impl<R: DeserializeOwned> Child<R> {
    /// Its process id. Until it has been joined, no other process gets that number.
    pub fn pid(&self) -> u32 {
        self.watched.pid
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.watched.name
    }

    /// Whether it is a daemon; see [`Process::daemon`].
    pub fn daemon(&self) -> bool {
        self.watched.daemon
    }

    /// Waits until the process has ended, and hands back what its target returned.
    ///
    /// A target that returns a `Result` hands back that `Result`: an `Err` is a value like any other, and the child
    /// ended well, with exit code 0. A panic, an exit code and a signal are no values and come as errors of `join`:
    ///
    /// | The child's target | `join` gives | its exit status |
    /// |---|---|---|
    /// | returns `v` | `Ok(v)` | exit code 0 |
    /// | returns `Err(e)` | `Ok(Err(e))` | exit code 0 |
    /// | panics | [`Error::Panicked`] | exit code 101, or SIGABRT with `panic = "abort"` |
    /// | calls `std::process::exit(n)` | [`Error::Exited`] | exit code n |
    /// | is ended by a signal | [`Error::Killed`] | that signal |
    ///
    /// A value counts once the process has ended with exit code 0: if it was ended between returning and its
    /// end, `join` says how it ended.
    ///
    /// # Errors
    ///
    /// Those above, and [`Error::Lost`] if somebody else collected the process, [`Error::NeverEntered`] or
    /// [`Error::Refused`] if it did not run its target, [`Error::ResultUnreadable`] if the value did not arrive whole,
    /// [`Error::AlreadyJoined`] for a second join, and [`Error::Wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Error, Process};
    ///
    /// fn parse(text: String) -> Result<u32, String> {
    ///     text.parse().map_err(|_| format!("{text} is no number"))
    /// }
    ///
    /// fn fail() {
    ///     panic!("out of luck");
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let answer = Process::new(parse, ("six".to_owned(),)).start()?.join()?;
    ///     assert_eq!(answer, Err("six is no number".to_owned()));
    ///
    ///     let ended = Process::new(fail, ()).start()?.join();
    ///     assert!(matches!(ended, Err(Error::Panicked { panic, .. }) if panic.message == "out of luck"));
    ///     Ok(())
    /// }
    /// ```
    #[doc(alias = "waitpid")]
    #[doc(alias = "wait")]
    pub fn join(&mut self) -> Result<R> {
        self.join_by(None).transpose().expect("without a deadline it waits until there is an answer")
    }

    /// [`join`](Child::join) that waits for at most `timeout`; `None` if the process is still running then.
    ///
    /// After `None` the handle works as before. A signal that this process handles does not cut the wait short.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Child::join).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use multiprocess::{Error, Process};
    ///
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let mut child = Process::new(wait_for_ever, ()).start()?;
    ///     assert!(child.join_timeout(Duration::from_millis(20))?.is_none());
    ///     child.kill()?;
    ///     assert!(matches!(child.join(), Err(Error::Killed { signal: 9, .. })));
    ///     Ok(())
    /// }
    /// ```
    pub fn join_timeout(&mut self, timeout: Duration) -> Result<Option<R>> {
        // A deadline too far away to be told is no deadline.
        self.join_by(Instant::now().checked_add(timeout))
    }

    /// [`join`](Child::join) that does not wait; `None` if the process is still running.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Child::join).
    pub fn try_join(&mut self) -> Result<Option<R>> {
        self.join_by(Some(Instant::now()))
    }

    fn join_by(&mut self, deadline: Option<Instant>) -> Result<Option<R>> {
        let (process, pid) = self.who();
        if self.pending.is_none() {
            return Err(Error::AlreadyJoined { process, pid });
        }
        let Some(ended) = self.wait(deadline)? else { return Ok(None) };
        let pending = self.pending.take().expect("looked at above");
        judge(process, pid, ended, pending.left()).map(Some)
    }
}

impl<R> Child<R> {
    /// How the process ended, or `None` while it runs. It can be asked before and after a join.
    ///
    /// The counterpart of Python's `exitcode`, which writes a signal as a negative number.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`] if somebody else collected the process, and [`Error::Wait`].
    pub fn exit_status(&self) -> Result<Option<ExitStatus>> {
        let (process, pid) = self.who();
        match self.wait(Some(Instant::now()))? {
            None => Ok(None),
            Some(Ended::With(status)) => Ok(Some(status)),
            Some(Ended::Lost) => Err(Error::Lost { process, pid }),
        }
    }

    /// Whether the process has not ended yet.
    ///
    /// # Errors
    ///
    /// [`Error::Wait`].
    pub fn is_alive(&self) -> Result<bool> {
        Ok(self.wait(Some(Instant::now()))?.is_none())
    }

    /// Sends SIGTERM, which asks the process to end; it may handle or ignore it. Nothing happens if it has ended.
    ///
    /// # Errors
    ///
    /// [`Error::Signal`] if the system refuses, as it does when the child has become another user's process.
    pub fn terminate(&self) -> Result<()> {
        self.signal(libc::SIGTERM)
    }

    /// Sends SIGKILL, which ends the process wherever it is: no handler runs, nothing is cleaned up.
    ///
    /// # Errors
    ///
    /// As for [`terminate`](Child::terminate).
    pub fn kill(&self) -> Result<()> {
        self.signal(libc::SIGKILL)
    }

    /// Sends SIGINT, as Ctrl-C does.
    ///
    /// # Errors
    ///
    /// As for [`terminate`](Child::terminate).
    pub fn interrupt(&self) -> Result<()> {
        self.signal(libc::SIGINT)
    }

    fn signal(&self, signal: i32) -> Result<()> {
        let (process, pid) = self.who();
        self.watched.signal(signal).map_err(|source| Error::Signal { process, pid, source })
    }

    /// A descriptor that becomes readable when the process has ended, and not before, even while processes that it
    /// has started live on. It can be polled together with any others; [`wait`](fn@crate::wait) does.
    ///
    /// The counterpart of Python's `sentinel`. It is a pidfd
    /// ([pidfd_open(2)](https://man7.org/linux/man-pages/man2/pidfd_open.2.html)); do not collect the process through it.
    pub fn sentinel(&self) -> BorrowedFd<'_> {
        self.watched.as_fd()
    }

    /// Gives up the handle of a process that has ended, and with it the descriptor and the result. Dropping the handle
    /// does the same without asking whether the process has ended.
    ///
    /// # Errors
    ///
    /// [`Error::StillRunning`] hands the handle back, beside the error.
    #[expect(clippy::result_large_err, reason = "the handle comes back as it went in")]
    pub fn close(self) -> std::result::Result<(), (Child<R>, Error)> {
        match self.is_alive() {
            Ok(false) => Ok(()),
            Ok(true) => {
                let (process, pid) = self.who();
                Err((self, Error::StillRunning { process, pid }))
            }
            Err(error) => Err((self, error)),
        }
    }

    fn wait(&self, deadline: Option<Instant>) -> Result<Option<Ended>> {
        self.watched.wait(deadline).map_err(|source: io::Error| {
            let (process, pid) = self.who();
            Error::Wait { process, pid, source }
        })
    }

    fn who(&self) -> (String, u32) {
        (self.watched.name.clone(), self.watched.pid)
    }
}

impl<R> AsFd for Child<R> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.sentinel()
    }
}

impl<R> Drop for Child<R> {
    fn drop(&mut self) {
        // It is collected now if it has ended, otherwise by a later start or drop, or at exit.
        let _ = self.watched.wait(Some(Instant::now()));
        collect_let_go();
    }
}

impl<R> fmt::Debug for Child<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child")
            .field("name", &self.watched.name)
            .field("pid", &self.watched.pid)
            .finish_non_exhaustive()
    }
}

/// Puts what the child left behind beside what the kernel says.
fn judge<R: DeserializeOwned>(process: String, pid: u32, ended: Ended, left: Left) -> Result<R> {
    use ExitStatus::{Code, Signal};
    match (ended, left) {
        (_, Left::Outcome(Outcome::Panicked(panic), _)) => Err(Error::Panicked { process, pid, panic }),
        (_, Left::Outcome(Outcome::Refused(refusal), _)) => Err(Error::Refused { process, pid, refusal }),
        (Ended::With(Code(0)) | Ended::Lost, Left::Outcome(Outcome::Returned, body)) => {
            wire::decode(&body).map_err(|reason| Error::ResultUnreadable { process, pid, reason })
        }
        (Ended::With(Signal { signal, core_dumped }), _) => {
            Err(Error::Killed { process, pid, signal, core_dumped })
        }
        (Ended::With(status), Left::Plan) => Err(Error::NeverEntered { process, pid, status }),
        (Ended::With(Code(0)), Left::Damaged(reason)) => {
            Err(Error::ResultUnreadable { process, pid, reason })
        }
        (Ended::With(Code(code)), left) => {
            let returned = matches!(left, Left::Outcome(Outcome::Returned, _));
            Err(Error::Exited { process, pid, code, returned })
        }
        (Ended::Lost, _) => Err(Error::Lost { process, pid }),
    }
}
