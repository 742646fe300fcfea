//! A process that runs, and all that can be asked of it.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::bootstrap::{Left, Outcome, Pending};
use crate::error::{Error, ExitStatus, Result};
use crate::wait::{Ended, Watched, collect_let_go};
use crate::wire;

/// A process that has been started.
///
/// Dropping a `Child` neither waits for the process nor ends it. When the process has ended, a later start or drop
/// in this program collects it, so it does not stay a zombie for ever; and when this program exits, it is joined, or,
/// being a daemon, terminated.
///
/// # Examples
///
/// ```
/// use multiprocess::Process;
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let mut child = Process::new(|| 6 * 7, ()).start()?;
/// assert_eq!(child.join()?, 42);
/// # Ok(())
/// # }
/// ```
pub struct Child<R> {
    watched: Arc<Watched>,
    /// Taken by the join that reads the outcome.
    pending: Option<Pending>,
    returns: PhantomData<fn() -> R>,
}

impl<R> Child<R> {
    pub(super) fn new(watched: Arc<Watched>, pending: Pending) -> Child<R> {
        Child { watched, pending: Some(pending), returns: PhantomData }
    }
}

impl<R: DeserializeOwned> Child<R> {
    /// Its process id. Until it has been joined, no other process gets that number.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(std::process::id, ()).start()?;
    /// let pid = child.pid();
    /// assert_eq!(child.join()?, pid);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pid(&self) -> u32 {
        self.watched.pid
    }

    /// Its name.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(|| (), ()).start()?;
    /// assert_eq!(child.name(), "Process-1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        &self.watched.name
    }

    /// Whether it is a daemon; see [`Process::daemon`](crate::Process::daemon).
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// assert!(!Process::new(|| (), ()).start()?.daemon());
    /// # Ok(())
    /// # }
    /// ```
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
    /// [`Error::Refused`] if it could not do its work, [`Error::ResultUnreadable`] if the value did not arrive whole,
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
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(wait_for_ever, ()).start()?;
    /// assert!(child.try_join()?.is_none(), "it waits for ever");
    /// child.kill()?;
    /// assert!(child.join().is_err());
    /// # Ok(())
    /// # }
    /// ```
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
    /// A process that has ended is collected by this call, so it is no zombie afterwards; what it returned stays for a join.
    ///
    /// The counterpart of Python's `exitcode`, which writes a signal as a negative number.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`] if somebody else collected the process, and [`Error::Wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{ExitStatus, Process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(|| std::process::exit(3), ()).start()?;
    /// let ended: Result<(), _> = child.join();
    /// assert!(ended.is_err());
    /// assert_eq!(child.exit_status()?, Some(ExitStatus::Code(3)));
    /// # Ok(())
    /// # }
    /// ```
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
    /// One that has is collected by this call, as by [`exit_status`](Child::exit_status).
    ///
    /// # Errors
    ///
    /// [`Error::Wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(|| (), ()).start()?;
    /// child.join()?;
    /// assert!(!child.is_alive()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_alive(&self) -> Result<bool> {
        Ok(self.wait(Some(Instant::now()))?.is_none())
    }

    /// Sends SIGTERM, which asks the process to end; it may handle or ignore it. Nothing happens if it has ended.
    ///
    /// # Errors
    ///
    /// [`Error::Signal`] if the system refuses, as it does when the child has become another user's process.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Error, Process};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(wait_for_ever, ()).start()?;
    /// child.terminate()?;
    /// assert!(matches!(child.join(), Err(Error::Killed { signal: 15, .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn terminate(&self) -> Result<()> {
        self.signal(libc::SIGTERM)
    }

    /// Sends SIGKILL, which ends the process wherever it is: no handler runs, nothing is cleaned up.
    ///
    /// # Errors
    ///
    /// As for [`terminate`](Child::terminate).
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Error, Process};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(wait_for_ever, ()).start()?;
    /// child.kill()?;
    /// assert!(matches!(child.join(), Err(Error::Killed { signal: 9, .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn kill(&self) -> Result<()> {
        self.signal(libc::SIGKILL)
    }

    /// Sends SIGINT, as Ctrl-C does. A program that a shell has started in the background ignores it, and its children
    /// inherit that.
    ///
    /// # Errors
    ///
    /// As for [`terminate`](Child::terminate).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use multiprocess::Process;
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(wait_for_ever, ()).start()?;
    /// child.interrupt()?;
    /// // It may ignore that.
    /// if child.join_timeout(Duration::from_millis(100)).is_ok() {
    ///     child.kill()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, wait};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(|| (), ()).start()?;
    /// assert_eq!(wait(&[child.sentinel()], None)?, [0]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn sentinel(&self) -> BorrowedFd<'_> {
        self.watched.as_fd()
    }

    /// Gives up the handle of a process that has ended, and with it the descriptor and the result. Dropping the handle
    /// does the same without asking whether the process has ended.
    ///
    /// # Errors
    ///
    /// [`Error::StillRunning`] hands the handle back, beside the error.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Error, Process};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(wait_for_ever, ()).start()?;
    /// let (mut child, error) = child.close().expect_err("it waits for ever");
    /// assert!(matches!(error, Error::StillRunning { .. }));
    /// child.kill()?;
    /// assert!(child.join().is_err());
    /// assert!(child.close().is_ok());
    /// # Ok(())
    /// # }
    /// ```
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
        self.watched.collect_if_ended();
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
        // A panic that aborts ends so. Any other signal came from elsewhere, and may have cut the report in two.
        (Ended::With(Signal { signal, core_dumped }), _) if signal != libc::SIGABRT => {
            Err(Error::Killed { process, pid, signal, core_dumped })
        }
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
