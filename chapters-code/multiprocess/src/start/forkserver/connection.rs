//! A process's side of the talk with its forkserver.
//!
//! Any number of threads ask at once. Their requests stand behind each other in the socket, and the answers come back in
//! the order in which the server has them ready. Whichever thread waits first takes in what comes, for all of them, until
//! its own answer is there; no thread is kept for that.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::bootstrap::{Answer, Failure, LONGEST, Request, encode_message};
use crate::sys::child::{self, Block, Kept, Waited};
use crate::sys::exec::Started;
use crate::sys::signals::Mask;
use crate::sys::{numbers, poll, socket};
use crate::wait::{Ended, Reporter};
use crate::wire;

/// After this time without a word the server is told to go on, in case somebody has stopped it.
const SILENCE: Duration = Duration::from_secs(1);

/// How long it may take to end when this process does.
const GRACE: Duration = Duration::from_secs(1);

/// How long the kernel may take to collect a child whose server is gone.
const ADOPTION: Duration = Duration::from_secs(1);

/// A forkserver and what it has said.
pub(super) struct Connection {
    server: Started,
    /// `None` once this process has let go of it.
    socket: Mutex<Option<Arc<OwnedFd>>>,
    requests: AtomicU64,
    heard: Mutex<Heard>,
    changed: Condvar,
}

/// What the server has said and nobody has taken up yet.
#[derive(Default)]
struct Heard {
    /// A thread is taking in what comes.
    listening: bool,
    ready: bool,
    failed: Option<String>,
    started: HashMap<u64, Result<Started, NotStarted>>,
    ended: HashMap<u64, Option<crate::error::ExitStatus>>,
    /// Nothing more will come.
    gone: bool,
}

/// Why a child was not started.
pub(super) enum NotStarted {
    /// A step failed.
    Step(&'static str, io::Error),
    /// The server cannot serve, for this reason.
    Failed(String),
    /// The server is gone, and has not said what became of the request.
    Gone,
}

/// What a child is started with.
pub(super) struct Sent<'a> {
    pub(super) file: BorrowedFd<'a>,
    pub(super) alive: BorrowedFd<'a>,
    pub(super) folder: BorrowedFd<'a>,
}

impl Connection {
    pub(super) fn new(server: Started, socket: OwnedFd) -> Connection {
        Connection {
            server,
            socket: Mutex::new(Some(Arc::new(socket))),
            requests: AtomicU64::new(0),
            heard: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Whether it is worth asking.
    pub(super) fn is_usable(&self) -> bool {
        lock(&self.socket).is_some() && !lock(&self.heard).gone
    }

    /// Waits until the server takes requests.
    pub(super) fn wait_until_ready(&self) -> Result<(), NotStarted> {
        self.listen_for(|heard| heard.ready.then_some(()), true)?;
        Ok(())
    }

    /// Has a child started. Gives its number, and the child.
    pub(super) fn start(&self, sent: &Sent<'_>) -> Result<(u64, Started), NotStarted> {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        let outputs = [1, 2].map(numbers::standard);
        let request =
            Request { id, mask: Mask::current().bits(), outputs: [outputs[0].is_some(), outputs[1].is_some()] };
        let mut descriptors = vec![sent.file, sent.alive, sent.folder];
        descriptors.extend(outputs.into_iter().flatten());
        self.send(&encode_message(&request), &descriptors)?;
        let started = self.listen_for(|heard| heard.started.remove(&id), true)?;
        Ok((id, started.expect("it was waited for")?))
    }

    fn send(&self, message: &[u8], descriptors: &[BorrowedFd<'_>]) -> Result<(), NotStarted> {
        let socket = self.socket().ok_or(NotStarted::Gone)?;
        loop {
            match socket::send(socket.as_fd(), message, descriptors) {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !poll::has_room(socket.as_fd(), Instant::now() + SILENCE).map_err(asking)? {
                        self.nudge();
                    }
                }
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => {
                    // Why, it may have said before.
                    return Err(self.listen_for::<()>(|_| None, true).err().unwrap_or(NotStarted::Gone));
                }
                Err(error) => return Err(asking(error)),
            }
        }
    }

    /// Gives what `take` finds in what was heard, after taking in more as long as it finds nothing. Without `wait` only
    /// what has come already is taken in, and the answer may be `None`.
    fn listen_for<T>(
        &self,
        mut take: impl FnMut(&mut Heard) -> Option<T>,
        wait: bool,
    ) -> Result<Option<T>, NotStarted> {
        let mut heard = lock(&self.heard);
        loop {
            if let Some(found) = take(&mut heard) {
                return Ok(Some(found));
            }
            if heard.gone {
                return Err(heard.failed.clone().map_or(NotStarted::Gone, NotStarted::Failed));
            }
            if heard.listening {
                if !wait {
                    return Ok(None);
                }
                heard = self.changed.wait(heard).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            heard.listening = true;
            drop(heard);
            let answers = self.take_in(wait);
            heard = lock(&self.heard);
            heard.listening = false;
            let nothing = answers.is_empty();
            answers.into_iter().for_each(|said| heard.note(said));
            self.changed.notify_all();
            if nothing && !wait {
                return Ok(None);
            }
        }
    }

    /// What has come; with `wait`, at least one thing.
    fn take_in(&self, wait: bool) -> Vec<Said> {
        let Some(socket) = self.socket() else { return vec![Said::End] };
        let mut said = Vec::new();
        let mut buffer = [0; LONGEST];
        loop {
            match socket::receive(socket.as_fd(), &mut buffer) {
                Ok(received) if received.length > 0 && !received.truncated => {
                    match wire::decode::<Answer>(&buffer[..received.length]) {
                        Ok(answer) => said.push(Said::Answer(answer, received.descriptors.into_iter().next())),
                        Err(_) => return self.give_up(said),
                    }
                }
                Ok(received) if received.truncated => {
                    // The pidfd found no number here: the child runs, and nothing can be done for it but to end it.
                    match wire::decode::<Answer>(&buffer[..received.length]) {
                        Ok(answer) => said.push(Said::Answer(answer, None)),
                        Err(_) => return self.give_up(said),
                    }
                }
                Ok(_) => {
                    // It closes its end by ending, and is this process's child.
                    let _ = child::wait(self.server.pidfd.as_fd(), Block::Yes);
                    said.push(Said::End);
                    return said;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !wait || !said.is_empty() {
                        return said;
                    }
                    if let Ok(false) = poll::is_ready(socket.as_fd(), Some(Instant::now() + SILENCE)) {
                        self.nudge();
                    }
                }
                Err(_) => return self.give_up(said),
            }
        }
    }

    /// What does not talk as a forkserver does is none, and is ended.
    fn give_up(&self, mut said: Vec<Said>) -> Vec<Said> {
        let _ = child::signal(self.server.pidfd.as_fd(), libc::SIGKILL);
        let _ = child::wait(self.server.pidfd.as_fd(), Block::Yes);
        said.push(Said::End);
        said
    }

    fn nudge(&self) {
        let _ = child::signal(self.server.pidfd.as_fd(), libc::SIGCONT);
    }

    fn socket(&self) -> Option<Arc<OwnedFd>> {
        lock(&self.socket).clone()
    }
}

/// A thing that was said, and the descriptor that came with it.
enum Said {
    Answer(Answer, Option<OwnedFd>),
    End,
}

impl Heard {
    fn note(&mut self, said: Said) {
        match said {
            Said::Answer(Answer::Ready, _) => self.ready = true,
            Said::Answer(Answer::Failed(reason), _) => self.failed = Some(reason),
            Said::Answer(Answer::Started { id, pid }, pidfd) => {
                let started = pidfd.map(|pidfd| Started { pid, pidfd });
                self.started.insert(id, started.ok_or_else(no_number));
            }
            Said::Answer(Answer::NotStarted { id, failure, errno }, _) => {
                let error = io::Error::from_raw_os_error(errno);
                self.started.insert(id, Err(NotStarted::Step(Failure::step(failure), error)));
            }
            Said::Answer(Answer::Ended { id, status }, _) => {
                self.ended.insert(id, status);
            }
            Said::End => self.gone = true,
        }
    }
}

fn asking(error: io::Error) -> NotStarted {
    NotStarted::Step("asking the forkserver", error)
}

fn no_number() -> NotStarted {
    NotStarted::Step("a descriptor of the child", io::Error::from_raw_os_error(libc::EMFILE))
}

impl Reporter for Connection {
    fn ended(&self, id: u64, pidfd: BorrowedFd<'_>, wait: bool) -> Option<Ended> {
        match self.listen_for(|heard| heard.ended.remove(&id), wait) {
            Ok(status) => status.map(|status| status.map_or(Ended::Lost, Ended::With)),
            Err(_) => orphan(pidfd, wait),
        }
    }

    fn finish(&self) {
        let Some(socket) = lock(&self.socket).take() else { return };
        socket::shut_down(socket.as_fd());
        let deadline = Instant::now() + GRACE;
        if !matches!(poll::is_ready(self.server.pidfd.as_fd(), Some(deadline)), Ok(true)) {
            let _ = child::signal(self.server.pidfd.as_fd(), libc::SIGKILL);
        }
        let _ = child::wait(self.server.pidfd.as_fd(), Block::Yes);
    }

    fn forget(&self) {
        lock(&self.socket).take();
    }
}

/// How a child ended whose server is gone. It has been given to another parent: to this process, if it adopts orphans, or
/// to one that collects it soon. Recent kernels then still know.
fn orphan(pidfd: BorrowedFd<'_>, wait: bool) -> Option<Ended> {
    if let Ok(Waited::Ended(status)) = child::wait(pidfd, Block::Yes) {
        return Some(Ended::With(status));
    }
    let deadline = Instant::now() + if wait { ADOPTION } else { Duration::ZERO };
    loop {
        match child::status_after_collection(pidfd) {
            Kept::Status(status) => return Some(Ended::With(status)),
            Kept::Nothing => return Some(Ended::Lost),
            Kept::NotYet if matches!(poll::is_collected(pidfd, deadline), Ok(true)) => {}
            Kept::NotYet => return wait.then_some(Ended::Lost),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
