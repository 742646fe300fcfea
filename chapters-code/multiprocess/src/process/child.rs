//! A process that was started, and all that can be asked of it.

use std::fmt;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use super::streams::Ends;
use crate::bootstrap::{Left, Outcome, left};
use crate::error::{ExitStatus, JoinError, JoinErrorKind, SignalError};
use crate::sys::poll;
use crate::wait::{Ended, Watched};
use crate::wire;

/// A process that has been started.
///
/// Dropping a `Child` does not wait for the process. It ends the process only if [`kill_on_drop`](Child::kill_on_drop) was
/// chosen. A process whose handle is gone does not stay a zombie: a later start in this program collects it. When this program
/// exits, it joins the process, or terminates it if it is a daemon.
///
/// The counterpart of Python's `Process` after its `start`.
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
    /// The other end of the process's standard input, if that is [piped](crate::Stdio::piped). Dropping it ends the input.
    pub stdin: Option<PipeWriter>,
    /// The other end of the process's standard output, if that is piped.
    pub stdout: Option<PipeReader>,
    /// The other end of the process's standard error, if that is piped.
    pub stderr: Option<PipeReader>,
    watched: Arc<Watched>,
    /// Brings the outcome. Taken by the join that reads it.
    file: Option<OwnedFd>,
    kill_on_drop: bool,
    returns: PhantomData<fn() -> R>,
}

/// What [`Child::join_with_output`] returns. [`Stdio`](crate::Stdio) has an example.
///
/// # Examples
///
/// See [`Stdio`](crate::Stdio).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output<R> {
    /// What the target returned.
    pub value: R,
    /// What the process wrote to its standard output. Empty if that is not piped.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error. Empty if that is not piped.
    pub stderr: Vec<u8>,
}

impl<R> Child<R> {
    pub(super) fn new(watched: Arc<Watched>, file: OwnedFd, ends: Ends) -> Child<R> {
        let Ends { stdin, stdout, stderr } = ends;
        Child { stdin, stdout, stderr, watched, file: Some(file), kill_on_drop: false, returns: PhantomData }
    }
}

impl<R: DeserializeOwned> Child<R> {
    /// Waits until the process has ended, and returns what its target returned.
    ///
    /// If the target returns a `Result`, that `Result` is the value. An `Err` is a value like any other, and the child ends
    /// with exit code 0. A panic, an exit code and a signal are not values. `join` returns them as errors:
    ///
    /// | The child's target | `join` gives | its exit status |
    /// |---|---|---|
    /// | returns `v` | `Ok(v)` | exit code 0 |
    /// | returns `Err(e)` | `Ok(Err(e))` | exit code 0 |
    /// | panics | [`JoinErrorKind::Panicked`] | exit code 101, or SIGABRT with `panic = "abort"` |
    /// | calls `std::process::exit(n)` | [`JoinErrorKind::Exited`] | exit code n |
    /// | is ended by a signal | [`JoinErrorKind::Killed`] | that signal |
    ///
    /// A value counts only if the process has ended with exit code 0. If a signal ends it after its target has returned, `join`
    /// reports the signal.
    ///
    /// The counterpart of Python's `join`, which returns `None` in every case.
    ///
    /// # Errors
    ///
    /// See [`JoinErrorKind`].
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    ///
    /// fn parse(text: String) -> Result<u32, String> {
    ///     text.parse().map_err(|_| format!("{text} is not a number"))
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let answer = Process::new(parse, ("six".to_owned(),)).start()?.join()?;
    ///     assert_eq!(answer, Err("six is not a number".to_owned()));
    ///     Ok(())
    /// }
    /// ```
    #[doc(alias = "waitpid")]
    #[doc(alias = "wait")]
    pub fn join(&mut self) -> Result<R, JoinError> {
        self.join_by(None).transpose().expect("without a deadline it waits until there is an answer")
    }

    /// Waits like [`join`](Child::join), but for at most `timeout`. Returns `None` if the process is still running then.
    ///
    /// After `None` the handle works as before. A signal that this process handles does not shorten the wait.
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
    /// use multiprocess::{JoinErrorKind, Process};
    ///
    /// fn wait_forever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let mut child = Process::new(wait_forever, ()).start()?;
    ///     assert!(child.join_timeout(Duration::from_millis(20))?.is_none());
    ///     child.kill()?;
    ///     let error = child.join().expect_err("it has been killed");
    ///     assert!(matches!(error.kind, JoinErrorKind::Killed { signal: 9, .. }));
    ///     Ok(())
    /// }
    /// ```
    pub fn join_timeout(&mut self, timeout: Duration) -> Result<Option<R>, JoinError> {
        // A deadline that no clock reaches counts as none.
        self.join_by(Instant::now().checked_add(timeout))
    }

    /// Joins like [`join`](Child::join), but does not wait. Returns `None` if the process is still running.
    ///
    /// It may also return `None` shortly after the process has ended, while a debugger or the forkserver still has the exit
    /// status.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Child::join).
    pub fn try_join(&mut self) -> Result<Option<R>, JoinError> {
        self.join_by(Some(Instant::now()))
    }

    /// Waits until the process has ended, and returns its value with everything that it wrote to its pipes.
    ///
    /// It first closes the process's standard input. The wait ends with the process, even if processes that it has started
    /// keep the pipes open. What they write later is lost.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Child::join). The output is lost then. To keep it in any case, take `stdout` and read it yourself.
    ///
    /// # Examples
    ///
    /// See [`Stdio`](crate::Stdio).
    pub fn join_with_output(mut self) -> Result<Output<R>, JoinError> {
        drop(self.stdin.take());
        let outputs = self.take_in_output().map_err(|source| self.error(JoinErrorKind::Wait { source }))?;
        let [stdout, stderr] = outputs;
        Ok(Output { value: self.join()?, stdout, stderr })
    }

    fn join_by(&mut self, deadline: Option<Instant>) -> Result<Option<R>, JoinError> {
        if self.file.is_none() {
            return Err(self.error(JoinErrorKind::AlreadyJoined));
        }
        let Some(ended) = self.wait(deadline)? else { return Ok(None) };
        let file = self.file.take().expect("looked at above");
        judge(ended, left(file.as_fd())).map(Some).map_err(|kind| self.error(kind))
    }
}

impl<R> Child<R> {
    /// Its process id. No other process gets that number until this one has been collected. A join collects a process that has
    /// ended, and so do [`exit_status`](Child::exit_status), [`is_alive`](Child::is_alive), and, after the handle has been
    /// dropped, a later start.
    pub fn pid(&self) -> u32 {
        self.watched.pid()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.watched.name
    }

    /// Whether it is a daemon; see [`Process::daemon`](crate::Process::daemon).
    pub fn daemon(&self) -> bool {
        self.watched.daemon
    }

    /// How the process ended, or `None` while it runs. It works before and after a join, and it does not wait. Shortly after
    /// the end it may return `None`, as [`try_join`](Child::try_join) does.
    ///
    /// This call collects a process that has ended, so the process is no longer a zombie. A later join still returns the value.
    ///
    /// The counterpart of Python's `exitcode`, which writes a signal as a negative number.
    ///
    /// # Errors
    ///
    /// [`JoinErrorKind::Lost`] if other code collected the process, [`JoinErrorKind::NotOurs`], and
    /// [`JoinErrorKind::Wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{ExitStatus, Process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(|| -> () { std::process::exit(3) }, ()).start()?;
    /// assert!(child.join().is_err());
    /// assert_eq!(child.exit_status()?, Some(ExitStatus::Code(3)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn exit_status(&self) -> Result<Option<ExitStatus>, JoinError> {
        match self.wait(Some(Instant::now()))? {
            None => Ok(None),
            Some(Ended::With(status)) => Ok(Some(status)),
            Some(Ended::Lost) => Err(self.error(JoinErrorKind::Lost { with_server: false })),
            Some(Ended::LostWithServer) => Err(self.error(JoinErrorKind::Lost { with_server: true })),
        }
    }

    /// Whether the process has not ended yet. It does not wait.
    ///
    /// This call collects a process that has ended, as [`exit_status`](Child::exit_status) does.
    ///
    /// # Errors
    ///
    /// [`JoinErrorKind::Wait`] and [`JoinErrorKind::NotOurs`].
    pub fn is_alive(&self) -> Result<bool, JoinError> {
        self.expect_ours()?;
        let ended = self.watched.has_ended().map_err(|source| self.error(JoinErrorKind::Wait { source }))?;
        if ended {
            self.watched.collect_if_ended();
        }
        Ok(!ended)
    }

    /// Sends SIGTERM, which asks the process to end. The process may handle or ignore the signal. If it has ended, nothing
    /// happens.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses, for example because the child has become another user's process. A copy of the
    /// process that started the child is refused, too.
    pub fn terminate(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGTERM)
    }

    /// Sends SIGKILL, which ends the process at once. No handler runs in it, and it cleans nothing up.
    ///
    /// # Errors
    ///
    /// As for [`terminate`](Child::terminate).
    pub fn kill(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGKILL)
    }

    /// Sends SIGINT, as Ctrl-C does. A program that a shell has started in the background ignores SIGINT, and so do its
    /// children.
    ///
    /// # Errors
    ///
    /// As for [`terminate`](Child::terminate).
    pub fn interrupt(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGINT)
    }

    /// Sends any signal, by its number ([signal(7)](https://man7.org/linux/man-pages/man7/signal.7.html)).
    ///
    /// The signal goes through the process's descriptor, so it never reaches another process that has the same pid by now. With
    /// [`Process::own_group`](crate::Process::own_group) this signal and those of the other methods go to the process's group.
    ///
    /// # Errors
    ///
    /// As for [`terminate`](Child::terminate), and if the number is not between 1 and 64.
    pub fn signal(&self, signal: i32) -> Result<(), SignalError> {
        self.killer().signal(signal)
    }

    /// A handle that can send signals while another thread joins the process.
    ///
    /// ```
    /// use multiprocess::{JoinErrorKind, Process};
    ///
    /// fn wait_forever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let mut child = Process::new(wait_forever, ()).start()?;
    ///     let killer = child.killer();
    ///     let joined = std::thread::scope(|scope| {
    ///         scope.spawn(move || killer.kill());
    ///         child.join()
    ///     });
    ///     let error = joined.expect_err("it has been killed");
    ///     assert!(matches!(error.kind, JoinErrorKind::Killed { signal: 9, .. }));
    ///     Ok(())
    /// }
    /// ```
    pub fn killer(&self) -> ActiveChild {
        ActiveChild(Arc::clone(&self.watched))
    }

    /// Chooses whether dropping the handle sends SIGKILL to a process that is still running. Dropping does not wait for its end.
    /// With [`Process::own_group`](crate::Process::own_group) the signal also reaches what is left of the group of a process
    /// that has ended.
    ///
    /// ```
    /// use multiprocess::{Process, active_children};
    /// # fn wait_forever() {
    /// #     loop {
    /// #         std::thread::park();
    /// #     }
    /// # }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(wait_forever, ()).start()?.kill_on_drop(true);
    /// drop(child);
    /// // Otherwise the program would wait here for the process, forever.
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "the handle is given back"]
    pub fn kill_on_drop(mut self, kill: bool) -> Child<R> {
        self.kill_on_drop = kill;
        self
    }

    /// A descriptor that becomes readable when the process has ended, and not before. Processes that the child has started do
    /// not keep it from becoming readable. Any poll loop takes it, and so does [`wait`](fn@crate::wait).
    ///
    /// It is a pidfd ([pidfd_open(2)](https://man7.org/linux/man-pages/man2/pidfd_open.2.html)). Do not collect the process
    /// through it. The counterpart of Python's `sentinel`.
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
    ///
    /// In tokio, an `AsyncFd` awaits a child without a thread. Making one takes `unsafe` and the promise that the descriptor
    /// stays open. A `Child` keeps one descriptor open for as long as it lives:
    ///
    /// ```
    /// use multiprocess::Process;
    /// use tokio::io::{Interest, unix::AsyncFd};
    ///
    /// async fn answer() -> Result<u32, Box<dyn std::error::Error>> {
    ///     let child = Process::new(|| 6 * 7, ()).start()?;
    ///     // SAFETY: the child keeps this descriptor open until it is dropped, and always answers with the same one.
    ///     let child = unsafe { AsyncFd::register_with_interest(child, Interest::READABLE) }?;
    ///     child.readable().await?.retain_ready();
    ///     Ok(child.into_inner().join()?)
    /// }
    ///
    /// fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     multiprocess::init();
    ///     let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    ///     assert_eq!(runtime.block_on(answer())?, 42);
    ///     Ok(())
    /// }
    /// ```
    pub fn sentinel(&self) -> BorrowedFd<'_> {
        self.watched.as_fd()
    }

    /// Gives up the handle of a process that has ended, with its descriptors and its result. It does not wait. Dropping the
    /// handle does the same without the check that the process has ended.
    ///
    /// The counterpart of Python's `close`.
    ///
    /// # Errors
    ///
    /// [`JoinErrorKind::StillRunning`], with the handle. The errors of [`is_alive`](Child::is_alive), with the handle.
    #[expect(clippy::result_large_err, reason = "the handle comes back as it went in")]
    pub fn close(self) -> Result<(), (Child<R>, JoinError)> {
        match self.is_alive() {
            Ok(false) => Ok(()),
            Ok(true) => {
                let error = self.error(JoinErrorKind::StillRunning);
                Err((self, error))
            }
            Err(error) => Err((self, error)),
        }
    }

    fn wait(&self, deadline: Option<Instant>) -> Result<Option<Ended>, JoinError> {
        self.expect_ours()?;
        self.watched.wait(deadline).map_err(|source| self.error(JoinErrorKind::Wait { source }))
    }

    fn expect_ours(&self) -> Result<(), JoinError> {
        match self.watched.foreign_starter() {
            None => Ok(()),
            Some(starter) => Err(self.error(JoinErrorKind::NotOurs { starter })),
        }
    }

    fn error(&self, kind: JoinErrorKind) -> JoinError {
        JoinError { process: self.watched.name.clone(), pid: self.watched.pid(), kind }
    }

    /// What comes through the pipes of output and error, until both are closed or the process has ended.
    fn take_in_output(&mut self) -> io::Result<[Vec<u8>; 2]> {
        let mut pipes = [self.stdout.take(), self.stderr.take()];
        let mut taken = [Vec::new(), Vec::new()];
        let mut buffer = vec![0; 64 << 10];
        while pipes.iter().any(Option::is_some) {
            let open = pipes.iter().flatten().map(AsFd::as_fd);
            let fds: Vec<_> = [self.watched.as_fd()].into_iter().chain(open).collect();
            let ready = poll::poll(&fds, None)?;
            let has_ended = ready[0];
            let mut ready = ready[1..].iter();
            let mut came = false;
            for (pipe, taken) in pipes.iter_mut().zip(&mut taken) {
                let Some(reader) = pipe else { continue };
                if ready.next() != Some(&true) {
                    continue;
                }
                came = true;
                match reader.read(&mut buffer)? {
                    0 => *pipe = None,
                    got => taken.extend(&buffer[..got]),
                }
            }
            if has_ended && !came {
                break;
            }
        }
        Ok(taken)
    }
}

impl<R> AsFd for Child<R> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.sentinel()
    }
}

impl<R> AsRawFd for Child<R> {
    fn as_raw_fd(&self) -> RawFd {
        self.sentinel().as_raw_fd()
    }
}

impl<R> Drop for Child<R> {
    fn drop(&mut self) {
        if self.kill_on_drop && self.watched.foreign_starter().is_none() {
            // One that may not be sent a signal goes on.
            let _ = self.watched.signal(libc::SIGKILL);
        }
        self.watched.let_go();
    }
}

impl<R> fmt::Debug for Child<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match (self.watched.known(), self.watched.has_ended()) {
            (Some(Ended::With(status)), _) => format!("ended with {status}"),
            (Some(_), _) | (None, Ok(true)) => "ended".to_owned(),
            (None, _) => "running".to_owned(),
        };
        f.debug_struct("Child")
            .field("name", &self.watched.name)
            .field("pid", &self.watched.pid())
            .field("state", &format_args!("{state}"))
            .finish_non_exhaustive()
    }
}

/// A child whose handle other code has: it can be looked at and sent signals, and not joined.
///
/// [`active_children`](crate::active_children) lists the children of a process, and [`Child::killer`] gives one of them. It can
/// be cloned and sent to other threads. After the end of the process, its signals do nothing. It keeps the process's
/// descriptor open.
///
/// # Examples
///
/// See [`active_children`](crate::active_children) and [`Child::killer`].
#[derive(Clone)]
pub struct ActiveChild(Arc<Watched>);

impl ActiveChild {
    pub(crate) fn new(watched: Arc<Watched>) -> ActiveChild {
        ActiveChild(watched)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.0.pid()
    }

    /// Whether it is a daemon.
    pub fn daemon(&self) -> bool {
        self.0.daemon
    }

    /// Sends SIGTERM, as [`Child::terminate`](Child::terminate) does.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses.
    pub fn terminate(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGTERM)
    }

    /// Sends SIGKILL, as [`Child::kill`](Child::kill) does.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses.
    pub fn kill(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGKILL)
    }

    /// Sends SIGINT, as [`Child::interrupt`](Child::interrupt) does.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses.
    pub fn interrupt(&self) -> Result<(), SignalError> {
        self.signal(libc::SIGINT)
    }

    /// Sends any signal, as [`Child::signal`](Child::signal) does.
    ///
    /// # Errors
    ///
    /// [`SignalError`] if the system refuses, and if there is no such signal.
    pub fn signal(&self, signal: i32) -> Result<(), SignalError> {
        let failed = |source| SignalError { process: self.name().to_owned(), pid: self.pid(), source };
        self.0.signal(signal).map_err(failed)
    }
}

impl AsFd for ActiveChild {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for ActiveChild {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

impl fmt::Debug for ActiveChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActiveChild").field("name", &self.name()).field("pid", &self.pid()).finish()
    }
}

/// Decides what a join returns, from how the process ended and from what it left in its file.
fn judge<R: DeserializeOwned>(ended: Ended, left: Left) -> Result<R, JoinErrorKind> {
    use ExitStatus::{Code, Signal};
    match (ended, left) {
        // A panic that aborts ends so. Any other signal came from elsewhere, and may have cut the report in two.
        (Ended::With(Signal { signal, core_dumped }), _) if signal != libc::SIGABRT => {
            Err(JoinErrorKind::Killed { signal, core_dumped })
        }
        (_, Left::Outcome(Outcome::Panicked(panic), _)) => Err(JoinErrorKind::Panicked(panic)),
        (_, Left::Outcome(Outcome::Refused(refusal), _)) => Err(JoinErrorKind::Refused(refusal)),
        (
            Ended::With(Code(0)) | Ended::Lost | Ended::LostWithServer,
            Left::Outcome(Outcome::Returned, body),
        ) => wire::decode(&body).map_err(|reason| JoinErrorKind::ResultUnreadable { reason }),
        (Ended::With(Signal { signal, core_dumped }), _) => {
            Err(JoinErrorKind::Killed { signal, core_dumped })
        }
        (Ended::With(status), Left::Work) => Err(JoinErrorKind::NeverEntered { status }),
        (Ended::With(Code(0)), Left::Damaged(reason)) => Err(JoinErrorKind::ResultUnreadable { reason }),
        (Ended::With(Code(code)), left) => {
            let returned = matches!(left, Left::Outcome(Outcome::Returned, _));
            Err(JoinErrorKind::Exited { code, returned })
        }
        (Ended::Lost, _) => Err(JoinErrorKind::Lost { with_server: false }),
        (Ended::LostWithServer, _) => Err(JoinErrorKind::Lost { with_server: true }),
    }
}
