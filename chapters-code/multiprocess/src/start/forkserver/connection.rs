//! A process's side of the talk with its forkserver.
//!
//! Any number of threads start children at once. Each takes one of those that stand by; what the server says comes over one
//! socket, and whichever thread waits first takes it in, for all of them, until its own answer is there. No thread is kept
//! for that.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::bootstrap::{Answer, Demand, LONGEST, Order, encode_message};
use crate::error::ExitStatus;
use crate::sys::child::{self, Block, Handle, Kept, Waited};
use crate::sys::signals::Mask;
use crate::sys::{numbers, poll, socket};
use crate::wait::{Ended, Reporter};
use crate::wire;

/// After this time without a word the server is told to go on, in case somebody has stopped it.
const SILENCE: Duration = Duration::from_secs(1);

/// How many children are to stand by for starts to come. When the last one is taken so many more are demanded.
const AHEAD: u32 = 2;

/// The step at which a child comes to be.
const FORK: &str = "fork, in the forkserver";

/// How long it may take to end when this process does.
const GRACE: Duration = Duration::from_secs(1);

/// How long the kernel may take to collect a child whose server is gone.
const ADOPTION: Duration = Duration::from_secs(1);

/// A forkserver and what it has said.
pub(super) struct Connection {
    server: Handle,
    /// `None` once this process has let go of it.
    socket: Mutex<Option<Arc<OwnedFd>>>,
    heard: Mutex<Heard>,
    changed: Condvar,
}

/// What the server has said and nobody has taken up yet.
struct Heard {
    /// A thread is taking in what comes.
    listening: bool,
    /// Whether the kernel keeps how children ended, once the server takes demands.
    ready: Option<bool>,
    failed: Option<String>,
    standing_by: VecDeque<Result<StandsBy, io::Error>>,
    /// How many more have been demanded.
    on_their_way: u32,
    /// How many starts wait for one.
    waiting: u32,
    ended: HashMap<u64, Option<ExitStatus>>,
    /// Children that ended before they had an order. Their ends are nobody's business.
    unused: HashSet<u64>,
    /// Nothing more will come.
    gone: bool,
}

/// A child that waits for its order.
struct StandsBy {
    id: u64,
    child: Handle,
    socket: OwnedFd,
}

/// Why a child was not started.
pub(super) enum NotStarted {
    /// A step failed.
    Step(&'static str, io::Error),
    /// The server cannot serve, for this reason.
    Failed(String),
    /// The server is gone.
    Gone,
}

/// What a child is started with.
pub(super) struct Sent<'a> {
    pub(super) file: BorrowedFd<'a>,
    pub(super) alive: BorrowedFd<'a>,
    pub(super) folder: BorrowedFd<'a>,
}

impl Connection {
    pub(super) fn new(server: Handle, socket: OwnedFd) -> Connection {
        let heard = Heard {
            listening: false,
            ready: None,
            failed: None,
            standing_by: VecDeque::new(),
            // The server forks one unasked.
            on_their_way: 1,
            waiting: 0,
            ended: HashMap::new(),
            unused: HashSet::new(),
            gone: false,
        };
        Connection {
            server,
            socket: Mutex::new(Some(Arc::new(socket))),
            heard: Mutex::new(heard),
            changed: Condvar::new(),
        }
    }

    /// Whether it is worth asking.
    pub(super) fn is_usable(&self) -> bool {
        if matches!(poll::is_ready(self.server.pidfd.as_fd(), Some(Instant::now())), Ok(true)) {
            // It says so itself, as its last word.
            let _ = self.listen_for::<()>(|_| None, false);
            // A child that it forked a moment ago may hold its end of the socket still, so that no end is heard there.
            let mut heard = lock(&self.heard);
            if !heard.gone && !heard.listening {
                heard.note(Said::End(child::wait(self.server.pidfd.as_fd(), Block::Yes).ok()));
                self.changed.notify_all();
            }
        }
        lock(&self.socket).is_some() && !lock(&self.heard).gone
    }

    /// Waits until the server has run its hook.
    pub(super) fn wait_until_ready(&self) -> Result<(), NotStarted> {
        self.listen_for(|heard| heard.ready, true).map(drop)
    }

    /// Starts a child. Gives its number, and the child.
    pub(super) fn start(&self, sent: &Sent<'_>) -> Result<(u64, Handle), NotStarted> {
        let outputs = [1, 2].map(numbers::standard);
        let order = Order { mask: Mask::current().bits(), outputs: outputs.map(|output| output.is_some()) };
        let message = encode_message(&order);
        let mut descriptors = vec![sent.file, sent.alive, sent.folder];
        descriptors.extend(outputs.into_iter().flatten());
        // ANCHOR: start
        loop {
            let child = self.next()?;
            match socket::send(child.socket.as_fd(), &message, &descriptors) {
                Ok(()) => {
                    // If that cannot be asked for, the next start finds out.
                    let _ = self.replenish(AHEAD);
                    return Ok((child.id, child.child));
                }
                // Somebody has ended it before it was needed.
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => lock(&self.heard).disown(child.id),
                Err(error) => {
                    lock(&self.heard).standing_by.push_front(Ok(child));
                    self.changed.notify_all();
                    return Err(NotStarted::Step("handing its work to it", error));
                }
            }
        }
        // ANCHOR_END: start
    }

    /// One of the children that stand by. Where there is none it is waited for.
    fn next(&self) -> Result<StandsBy, NotStarted> {
        let next = match self.listen_for(Heard::next_there, false)? {
            Some(child) => Ok(child),
            None => self.wait_for_next()?,
        };
        next.map_err(|error| NotStarted::Step(FORK, error))
    }

    fn wait_for_next(&self) -> Result<Result<StandsBy, io::Error>, NotStarted> {
        lock(&self.heard).waiting += 1;
        let next = self.replenish(1).and_then(|()| self.listen_for(Heard::next, true));
        lock(&self.heard).waiting -= 1;
        Ok(next?.expect("it was waited for"))
    }

    /// Has as many forked as are missing for the starts that wait and for some to come, if they are at least so many: the
    /// server that forks takes time from the child that has just been started, so it is better woken once for two.
    fn replenish(&self, at_least: u32) -> Result<(), NotStarted> {
        let missing = {
            let mut heard = lock(&self.heard);
            let there = u32::try_from(heard.standing_by.len()).unwrap_or(u32::MAX);
            let missing = (heard.waiting + AHEAD).saturating_sub(there.saturating_add(heard.on_their_way));
            if missing < at_least {
                return Ok(());
            }
            heard.on_their_way += missing;
            missing
        };
        self.demand(Demand::More(missing)).inspect_err(|_| {
            let mut heard = lock(&self.heard);
            heard.on_their_way = heard.on_their_way.saturating_sub(missing);
        })
    }

    fn demand(&self, demand: Demand) -> Result<(), NotStarted> {
        let socket = self.socket().ok_or(NotStarted::Gone)?;
        let asking = |error| NotStarted::Step("asking the forkserver", error);
        loop {
            match socket::send(socket.as_fd(), &encode_message(&demand), &[]) {
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
        let Some(socket) = self.socket() else { return vec![Said::End(None)] };
        let mut said = Vec::new();
        let mut buffer = [0; LONGEST];
        loop {
            match socket::receive(socket.as_fd(), &mut buffer) {
                Ok(received) if received.length == 0 => {
                    // It closes its end by ending, and is this process's child.
                    let ended = child::wait(self.server.pidfd.as_fd(), Block::Yes);
                    said.push(Said::End(ended.ok()));
                    return said;
                }
                Ok(received) => match wire::decode(&buffer[..received.length]) {
                    Ok(answer) => said.push(Said::Answer(answer, received.descriptors)),
                    Err(_) => return self.give_up(said),
                },
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
        let ended = child::wait(self.server.pidfd.as_fd(), Block::Yes);
        said.push(Said::End(ended.ok()));
        said
    }

    fn nudge(&self) {
        let _ = child::signal(self.server.pidfd.as_fd(), libc::SIGCONT);
    }

    fn socket(&self) -> Option<Arc<OwnedFd>> {
        lock(&self.socket).clone()
    }
}

/// A thing that was said, and the descriptors that came with it.
enum Said {
    Answer(Answer, Vec<OwnedFd>),
    /// Nothing more comes, and the server has ended like that.
    End(Option<Waited>),
}

impl Heard {
    fn note(&mut self, said: Said) {
        match said {
            Said::Answer(Answer::Ready { kept }, _) => self.ready = Some(kept),
            Said::Answer(Answer::Failed(reason), _) => self.failed = Some(reason),
            Said::Answer(Answer::StandsBy { id, pid }, descriptors) => {
                self.on_their_way = self.on_their_way.saturating_sub(1);
                let mut descriptors = descriptors.into_iter();
                let stands_by = match (descriptors.next(), descriptors.next()) {
                    (Some(pidfd), Some(socket)) => Ok(StandsBy { id, child: Handle { pid, pidfd }, socket }),
                    // There were no numbers left here. Without the other end of its socket the child has ended.
                    _ => {
                        self.disown(id);
                        Err(io::Error::from_raw_os_error(libc::EMFILE))
                    }
                };
                self.standing_by.push_back(stands_by);
            }
            Said::Answer(Answer::NotForked { errno }, _) => {
                self.on_their_way = self.on_their_way.saturating_sub(1);
                self.standing_by.push_back(Err(io::Error::from_raw_os_error(errno)));
            }
            Said::Answer(Answer::Ended { id, .. }, _) if self.unused.remove(&id) => {}
            Said::Answer(Answer::Ended { id, status }, _) => {
                self.ended.insert(id, status);
            }
            Said::End(ended) => {
                // One that was killed is replaced; one that ended by itself would do so again.
                if let Some(Waited::Ended(status @ ExitStatus::Code(_))) = ended
                    && self.ready.is_none()
                    && self.failed.is_none()
                {
                    self.failed = Some(format!("it ended with {status} before it could serve"));
                }
                // Those that still stand by end with their sockets.
                self.standing_by.clear();
                self.gone = true;
            }
        }
    }

    /// What stands by longest. That a child could not be forked for a start to come is forgotten, as it may have been long
    /// ago; unless a start waits, for which that is the answer.
    fn next_there(&mut self) -> Option<StandsBy> {
        if self.waiting > 0 {
            let at = self.standing_by.iter().position(Result::is_ok)?;
            return self.standing_by.remove(at)?.ok();
        }
        self.standing_by.retain(Result::is_ok);
        self.standing_by.pop_front()?.ok()
    }

    /// What stands by longest, or could not be forked.
    fn next(&mut self) -> Option<Result<StandsBy, io::Error>> {
        self.standing_by.pop_front()
    }

    /// Nobody will ask how that child ended.
    fn disown(&mut self, id: u64) {
        if self.ended.remove(&id).is_none() {
            self.unused.insert(id);
        }
    }
}

impl Reporter for Connection {
    fn ended(&self, id: u64, pidfd: BorrowedFd<'_>, wait: bool) -> Option<Ended> {
        if lock(&self.heard).ready == Some(true) {
            let ended = kept_by_kernel(pidfd, wait);
            return ended;
        }
        match self.listen_for(|heard| heard.ended.remove(&id), wait) {
            Ok(status) => status.map(|status| status.map_or(Ended::Lost, Ended::With)),
            // It is an orphan now.
            Err(_) => kept_by_kernel(pidfd, wait),
        }
    }

    fn finish(&self) {
        let Some(socket) = self.socket() else { return };
        // It ends, and leaves in the socket what it had to say.
        socket::end(socket.as_fd());
        let deadline = Instant::now() + GRACE;
        if !matches!(poll::is_ready(self.server.pidfd.as_fd(), Some(deadline)), Ok(true)) {
            let _ = child::signal(self.server.pidfd.as_fd(), libc::SIGKILL);
        }
        let _ = child::wait(self.server.pidfd.as_fd(), Block::Yes);
        let last = self.take_in(false);
        let mut heard = lock(&self.heard);
        last.into_iter().filter(|said| !matches!(said, Said::End(_))).for_each(|said| heard.note(said));
        // Those that stand by end with their sockets.
        let (pidfds, sockets): (Vec<_>, Vec<_>) =
            heard.standing_by.drain(..).flatten().map(|child| (child.child.pidfd, child.socket)).unzip();
        drop(sockets);
        for pidfd in pidfds {
            let _ = poll::is_ready(pidfd.as_fd(), Some(deadline));
        }
        heard.gone = true;
        lock(&self.socket).take();
    }

    fn forget(&self) {
        lock(&self.heard).standing_by.clear();
        lock(&self.socket).take();
    }
}

/// How a child ended that no server reports. It has been collected by the kernel, or given to another parent when its
/// server was gone: to this process, if it adopts orphans, or to one that collects it soon.
fn kept_by_kernel(pidfd: BorrowedFd<'_>, wait: bool) -> Option<Ended> {
    let deadline = Instant::now() + if wait { ADOPTION } else { Duration::ZERO };
    loop {
        match child::status_after_collection(pidfd) {
            Kept::Status(status) => return Some(Ended::With(status)),
            Kept::Nothing => {
                return Some(match child::wait(pidfd, Block::Yes) {
                    Ok(Waited::Ended(status)) => Ended::With(status),
                    _ => Ended::Lost,
                });
            }
            Kept::NotYet => {}
        }
        if let Ok(Waited::Ended(status)) = child::wait(pidfd, Block::No) {
            return Some(Ended::With(status));
        }
        if !matches!(poll::is_collected(pidfd, deadline), Ok(true)) {
            return wait.then_some(Ended::Lost);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
