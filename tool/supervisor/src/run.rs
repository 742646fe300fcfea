//! The caller's side of a run: start a supervisor, send the request, take in the events.

use std::{
    fmt,
    io::{self, PipeReader, Read, Write},
    net::Shutdown,
    ops::ControlFlow,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::{net::UnixStream, process::CommandExt},
    },
    process::{self, Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, poll},
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    end::End,
    entry,
    event::{Done, Event, Step, Stream, What},
    guard::{LATE, READ_PATIENCE},
    kill::KILL_PATIENCE,
    oracle,
    request::Request,
    sys::{self, Pidfd, at_most},
    temporary::Temporary,
};

/// What one run did. No process of it is left.
#[derive(Clone, Debug)]
pub struct Run {
    /// How the main process ended.
    pub ending: End,
    /// What was written to standard output.
    pub stdout: Vec<u8>,
    /// What was written to standard error.
    pub stderr: Vec<u8>,
    /// The processes in the order of their births, the main one first; only that one when the run was not traced.
    pub processes: Vec<ProcessSeen>,
    /// The threads beside the main ones, in the order in which they were seen.
    pub threads: Vec<ThreadSeen>,
    /// Whether any process, the main one or another, was still running at the deadline, and was killed.
    pub timed_out: bool,
    /// Whether there were more processes than the request allows, at once or in all; what was left was killed then.
    pub crowded: bool,
    /// The pids of those that were found then. One that moves from pid to pid may not be among them.
    pub left: Vec<u32>,
    /// The outputs that were longer than the limit; what came after it is missing.
    pub truncated: Vec<Stream>,
    /// Why the run was not traced; `None` when it was.
    pub untraced: Option<String>,
    /// The pid of the supervisor, who is the parent of the main process and adopts orphans.
    pub reaper: u32,
}

/// A process of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessSeen {
    /// Its pid.
    pub pid: u32,
    /// The process that forked it. The main process has none.
    pub parent: Option<u32>,
    /// The name it gave itself, by `argv[0]` or `comm`.
    pub name: Option<String>,
    /// How it ended.
    pub ending: End,
}

/// A thread of a run that is not the main thread of its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadSeen {
    /// Its tid, which is of the same numbers as pids are.
    pub tid: u32,
    /// The pid of its process.
    pub pid: u32,
}

/// Runs a program and everything it starts to the end, or to the deadline.
///
/// # Errors
///
/// See [`RunError`]. However the program ends, that is no error.
///
/// # Examples
///
/// ```
/// use supervisor::{End, Request, run};
///
/// let run = run(&Request::new("sh").args(["-c", "echo hello; exit 3"]))?;
/// assert_eq!(run.stdout, b"hello\n");
/// assert_eq!(run.ending, End::Exit(3));
/// # Ok::<(), supervisor::RunError>(())
/// ```
pub fn run(request: &Request) -> Result<Run, RunError> {
    run_with(request, |_| {})
}

/// Like [`run`], and calls `on_event` with each event as it happens.
///
/// # Errors
///
/// Those of [`run`].
///
/// # Panics
///
/// Only if `on_event` does. The run is killed then, and nothing of it is left.
pub fn run_with(request: &Request, mut on_event: impl FnMut(&Event)) -> Result<Run, RunError> {
    supervise(request, None, |event| {
        on_event(event);
        ControlFlow::Continue(())
    })
}

/// Like [`run_with`], and stops when `stop` can be read from, or `on_event` says so.
///
/// # Errors
///
/// Those of [`run`], and [`RunError::Stopped`], when nothing of the run is left.
///
/// # Panics
///
/// Those of [`run_with`].
pub fn run_until(
    request: &Request,
    stop: BorrowedFd<'_>,
    on_event: impl FnMut(&Event) -> ControlFlow<()>,
) -> Result<Run, RunError> {
    supervise(request, Some(Control::Stop(stop)), on_event)
}

/// Like [`run_until`], with orders that are carried out while the run goes on: each an [`Order::line`](crate::Order::line)
/// that comes out of this pipe. When its other end is closed, the run is stopped.
///
/// # Errors
///
/// Those of [`run_until`].
///
/// # Panics
///
/// Those of [`run_with`].
pub fn run_steered(
    request: &Request,
    orders: PipeReader,
    on_event: impl FnMut(&Event) -> ControlFlow<()>,
) -> Result<Run, RunError> {
    supervise(request, Some(Control::Orders(orders)), on_event)
}

/// What a caller has in its hand while a run goes on.
enum Control<'a> {
    /// When it can be read from, the run is stopped.
    Stop(BorrowedFd<'a>),
    /// What comes out of it is for the supervisor.
    Orders(PipeReader),
}

impl AsFd for Control<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Control::Stop(stop) => stop.as_fd(),
            Control::Orders(orders) => orders.as_fd(),
        }
    }
}

fn supervise(
    request: &Request,
    mut control: Option<Control<'_>>,
    mut on_event: impl FnMut(&Event) -> ControlFlow<()>,
) -> Result<Run, RunError> {
    let mut supervisor = Supervisor::start(request)?;
    let mut run = Run {
        ending: End::Deadline,
        stdout: vec![],
        stderr: vec![],
        processes: vec![],
        threads: vec![],
        timed_out: false,
        crowded: false,
        left: vec![],
        truncated: vec![],
        untraced: None,
        reaper: 0,
    };
    while let Some(event) = supervisor.next_event(control.as_mut())? {
        if on_event(&event).is_break() {
            return Err(RunError::Stopped);
        }
        match event.what {
            What::Failed { step, errno } => return Err(RunError::program(request, step, errno)),
            What::Done(done) => {
                run.conclude(done);
                return Ok(run);
            }
            what => run.take(what),
        }
    }
    // It has closed its output, which it does by ending.
    Err(RunError::Lost(supervisor.end()?))
}

impl Run {
    /// How the run as a whole ended: as its main process did, unless another process was still running at the
    /// deadline. A program that leaves such a process behind has not ended.
    pub fn ended(&self) -> End {
        if self.timed_out || self.crowded { End::Deadline } else { self.ending }
    }

    fn take(&mut self, what: What) {
        match what {
            What::Supervised { by, .. } => self.reaper = by,
            What::Started { pid, parent, .. } => {
                self.processes.push(ProcessSeen { pid, parent, name: None, ending: End::Deadline });
            }
            What::Thread { pid, tid, .. } => self.threads.push(ThreadSeen { tid, pid }),
            What::Ended { pid, name, end } => {
                // The last one: a pid may have been another process's before.
                if let Some(process) = self.processes.iter_mut().rfind(|process| process.pid == pid) {
                    process.name = name;
                    process.ending = end;
                }
            }
            What::Output { stream: Stream::Stdout, bytes } => self.stdout.extend(bytes),
            What::Output { stream: Stream::Stderr, bytes } => self.stderr.extend(bytes),
            _ => {}
        }
    }

    fn conclude(&mut self, done: Done) {
        self.ending = done.ending;
        self.timed_out = done.timed_out;
        self.crowded = done.crowded;
        self.left = done.left;
        self.truncated = done.truncated;
        self.untraced = done.untraced;
    }
}

/// Why there is no run to speak of.
#[derive(Debug)]
pub enum RunError {
    /// No supervisor could be started, or spoken to.
    Supervisor(io::Error),
    /// The program could not be started.
    Program {
        /// What was tried, naming the program or the folder.
        tried: String,
        /// Why it failed.
        error: io::Error,
    },
    /// The supervisor ended before the run did. What it said, if anything, is on standard error.
    Lost(ExitStatus),
    /// The supervisor neither ended nor said anything for far longer than the deadline, and was killed.
    Silent,
    /// The caller wanted no more of the run.
    Stopped,
}

impl RunError {
    fn program(request: &Request, step: Step, errno: i32) -> RunError {
        let program = request.program.to_string_lossy();
        let tried = match (step, &request.dir) {
            (Step::Prepare, _) => format!("prepare to run `{program}`"),
            (Step::EnterFolder, Some(dir)) => {
                format!("run `{program}` in the folder `{}`", dir.to_string_lossy())
            }
            _ => format!("run `{program}`"),
        };
        RunError::Program { tried, error: io::Error::from_raw_os_error(errno) }
    }
}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> RunError {
        RunError::Supervisor(error)
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Supervisor(error) => write!(f, "cannot supervise: {error}"),
            RunError::Program { tried, error } => write!(f, "cannot {tried}: {error}"),
            RunError::Lost(status) => write!(f, "the supervisor ended before the run did: {status}"),
            RunError::Silent => f.write_str("the supervisor did not answer after the deadline"),
            RunError::Stopped => f.write_str("the run was stopped before its end"),
        }
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            RunError::Supervisor(error) | RunError::Program { error, .. } => Some(error),
            RunError::Lost(_) | RunError::Silent | RunError::Stopped => None,
        }
    }
}

/// A supervisor at work. Dropping it ends the run.
struct Supervisor {
    /// The guard, whose child the supervisor is.
    child: Child,
    /// For the request and for orders. Its end tells the supervisor and its guard that we are gone.
    lifeline: UnixStream,
    events: ChildStdout,
    unread: Vec<u8>,
    /// When the guard is waked: from here on it should have ended the run.
    wake: Instant,
    patience: Instant,
    /// For the files that the program makes in passing, and would leave behind when it is ended.
    _temporary: Option<Temporary>,
}

impl Supervisor {
    fn start(request: &Request) -> io::Result<Supervisor> {
        entry::keep();
        let mut command = Command::new("/proc/self/exe");
        command.arg0("supervisor").stdout(Stdio::piped());
        // Where there can be none, whether that matters is for the program to say.
        let temporary = Temporary::new().ok();
        if let Some(temporary) = &temporary {
            command.env("TMPDIR", temporary.path());
        }
        for (name, value) in &request.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mark = oracle::next_mark();
        command.arg(&mark).env(oracle::MARK, &mark).env(sys::MARK, process::id().to_string());
        // A socket, not a pipe: no other process can open it in `/proc`, and shutting it down is told to the other end
        // although a copy of this end may be held elsewhere.
        let (mut lifeline, theirs) = UnixStream::pair()?;
        lifeline.set_write_timeout(Some(KILL_PATIENCE))?;
        let mut child = command.stdin(OwnedFd::from(theirs)).spawn()?;
        // Its copy of the other end would keep the end-of-file from coming.
        drop(command);
        let events = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let deadline = Instant::now() + request.deadline;
        let (wake, patience) = (deadline + LATE, deadline + KILL_PATIENCE + READ_PATIENCE);
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        let sent = lifeline.write_all(&line);
        let supervisor =
            Supervisor { child, lifeline, events, unread: vec![], wake, patience, _temporary: temporary };
        sent.map(|()| supervisor)
    }

    /// The next event; `None` when the supervisor has no more to say.
    fn next_event(&mut self, mut control: Option<&mut Control<'_>>) -> Result<Option<Event>, RunError> {
        let mut searched = 0;
        loop {
            if let Some(at) = self.unread[searched..].iter().position(|&b| b == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=searched + at).collect();
                return Ok(Some(serde_json::from_slice(&line).map_err(io::Error::from)?));
            }
            searched = self.unread.len();
            match self.read_more(self.patience, control.as_deref_mut())? {
                Heard::More => {}
                Heard::End => return Ok(None),
                Heard::Nothing => return Err(RunError::Silent),
                Heard::Stop => return Err(RunError::Stopped),
            }
        }
    }

    fn obey(&mut self, control: &mut Control<'_>) -> io::Result<Heard> {
        let Control::Orders(orders) = control else { return Ok(Heard::Stop) };
        let mut chunk = [0; 1 << 10];
        let count = orders.read(&mut chunk)?;
        if count == 0 {
            return Ok(Heard::Stop);
        }
        // The supervisor reads them as they come, and a socket holds hundreds of them. EPIPE: it has ended.
        let _ = self.lifeline.write_all(&chunk[..count]);
        Ok(Heard::More)
    }

    fn read_more(&mut self, until: Instant, control: Option<&mut Control<'_>>) -> io::Result<Heard> {
        let events = PollFd::new(self.events.as_fd(), PollFlags::POLLIN);
        let control_fd = control.as_deref().map(|control| PollFd::new(control.as_fd(), PollFlags::POLLIN));
        let mut ready: Vec<_> = control_fd.into_iter().chain([events]).collect();
        loop {
            let now = Instant::now();
            if now >= self.wake {
                // A program can stop both who keep its run. The guard, once it goes on, ends what should have ended by now.
                wake(&self.child);
                self.wake = now + LATE;
            }
            let left = until.min(self.wake).saturating_duration_since(now);
            match poll(&mut ready, at_most(left)) {
                Ok(0) if Instant::now() >= until => return Ok(Heard::Nothing),
                Ok(0) | Err(Errno::EINTR) => {}
                Err(e) => return Err(e.into()),
                Ok(_) => break,
            }
        }
        let asked = ready.len() > 1 && ready[0].any().unwrap_or(false);
        if let Some(control) = control.filter(|_| asked) {
            return self.obey(control);
        }
        let mut chunk = [0; 1 << 16];
        match self.events.read(&mut chunk)? {
            0 => Ok(Heard::End),
            count => {
                self.unread.extend_from_slice(&chunk[..count]);
                Ok(Heard::More)
            }
        }
    }
}

enum Heard {
    /// Something, which may complete an event or not.
    More,
    End,
    Nothing,
    Stop,
}

impl Supervisor {
    /// Shuts down the lifeline, which the supervisor answers by killing all that is left and ending. Its guard sees to it. A guard
    /// that does not is killed, and the supervisor ends the run for that.
    fn end(&mut self) -> io::Result<ExitStatus> {
        let _ = self.lifeline.shutdown(Shutdown::Both);
        self.wake = Instant::now();
        let until = self.wake + KILL_PATIENCE + KILL_PATIENCE;
        // Read on: a supervisor that has much to say must not wait for us while we wait for its end.
        while let Ok(Heard::More) = self.read_more(until, None) {
            self.unread.clear();
        }
        while self.child.try_wait()?.is_none() {
            if Instant::now() >= until {
                self.child.kill()?;
                break;
            }
            wake(&self.child);
            let guard = Pidfd::open(self.child.id())?;
            poll(&mut [PollFd::new(guard.as_fd(), PollFlags::POLLIN)], at_most(WAKE_AGAIN))?;
        }
        self.child.wait()
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // It is over, or else cannot be waited for.
        let _ = self.end();
    }
}

/// When to wake a guard again that should have ended.
const WAKE_AGAIN: Duration = Duration::from_millis(100);

/// Lets a guard go on that was stopped. If it has ended, nothing happens: it has not been collected.
fn wake(guard: &Child) {
    let _ = kill(Pid::from_raw(guard.id().cast_signed()), Signal::SIGCONT);
}
