//! A process's side of the talk with its forkserver.
//!
//! Any number of threads start children at once. Each takes one of those that stand by. What the server says comes over one
//! socket, and the thread that waits first takes it in, for all of them; see [`Intake`].

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::error::ExitStatus;
use crate::sys::child::{self, Block, Handle, Kept, Waited};
use crate::sys::rights::Rights;
use crate::sys::{poll, socket};
use crate::wait::{Attendant, Children, Ended, Intake, Reporter, lock};
use crate::wire::decode;
use crate::wire::handover::Handover;
use crate::wire::message::{Answer, Demand, LONGEST, bytes};

/// After this time without a word the server is told to go on, in case other code has stopped it.
const SILENCE: Duration = Duration::from_secs(1);

/// How many children stand by while starts are rare. When the last one is taken so many more are demanded.
const FEW: u32 = 2;

/// How many stand by in a burst of starts.
const MANY: u32 = 16;

/// When no start has come for so long, a burst is over.
const BURST: Duration = Duration::from_secs(1);

/// The step at which a child comes to be.
const FORK: &str = "fork, in the forkserver";

/// How long the server may take to end when this process does.
const GRACE: Duration = Duration::from_secs(1);

/// A forkserver and what it has said.
pub(crate) struct Connection {
    server: Handle,
    /// What this process was allowed, and where it was, when the server was started with the same.
    rights: Rights,
    /// `None` once this process has let go of it.
    socket: Mutex<Option<Arc<OwnedFd>>>,
    heard: Intake<Heard>,
}

/// What the server has said and no thread has taken up yet. Its maps are ordered: a `HashMap` would draw random keys, which
/// all children that this process forks would share.
struct Heard {
    /// Whether the kernel keeps how children ended, once the server takes demands.
    ready: Option<bool>,
    failed: Option<String>,
    standing_by: VecDeque<Result<StandsBy, io::Error>>,
    /// How many more have been demanded.
    on_their_way: u32,
    /// How many starts wait for one.
    waiting: u32,
    /// How many are to stand by for starts to come.
    ahead: u32,
    /// When the last start came, if one has.
    last: Option<Instant>,
    ended: BTreeMap<u64, Option<ExitStatus>>,
    /// Children that ended before they had an order. No handle will ask for their ends.
    unused: BTreeSet<u64>,
    /// Nothing more will come, and the server has ended like that, as far as that is known.
    gone: Option<Option<ExitStatus>>,
}

/// A child that waits for its order.
struct StandsBy {
    id: u64,
    child: Handle,
    socket: OwnedFd,
    /// It ends after a moment if it is not needed.
    passing: bool,
}

/// Why a child was not started.
pub(crate) enum NotStarted {
    /// A step failed.
    Step(&'static str, io::Error),
    /// The server cannot serve, for this reason.
    Failed(String),
    /// The server is gone, and ended like that.
    Gone(Option<ExitStatus>),
}

impl Connection {
    pub(crate) fn new(server: Handle, socket: OwnedFd, rights: Rights) -> Connection {
        let heard = Heard {
            ready: None,
            failed: None,
            standing_by: VecDeque::new(),
            // The server forks one unasked.
            on_their_way: 1,
            waiting: 0,
            ahead: FEW,
            last: None,
            ended: BTreeMap::new(),
            unused: BTreeSet::new(),
            gone: None,
        };
        Connection { server, rights, socket: Mutex::new(Some(Arc::new(socket))), heard: Intake::new(heard) }
    }

    /// Whether it is worth asking.
    pub(crate) fn is_usable(&self) -> bool {
        if self.server_has_ended() {
            // It says so itself, as its last word.
            self.take_in_what_is_there();
            // A child that it forked a moment ago may hold its end of the socket still, so that no end is heard there.
            self.heard.with(|heard| heard.note(Said::End(self.collect_server())));
            self.heard.changed();
        }
        lock(&self.socket).is_some() && self.heard.with(|heard| heard.gone.is_none())
    }

    /// Whether its children would have what children of this process are to have: the same user, place and so on.
    pub(crate) fn is_like(&self, rights: &Rights) -> bool {
        self.rights == *rights
    }

    /// Waits until the server has run its hook.
    pub(crate) fn wait_until_ready(&self) -> Result<(), NotStarted> {
        self.listen_for(|heard| heard.ready).map(drop)
    }

    /// Starts a child. Gives its number, and the child.
    pub(crate) fn start(&self, handover: &Handover<'_>) -> Result<(u64, Handle), NotStarted> {
        // ANCHOR: start
        loop {
            let child = self.next()?;
            match handover.send(child.socket.as_fd(), &[], Some(Instant::now() + SILENCE)) {
                Ok(()) => {
                    // If this request fails, the next start finds out.
                    let _ = self.replenish();
                    return Ok((child.id, child.child));
                }
                // The child ended before it was needed.
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => {
                    self.heard.with(|heard| heard.disown(child.id));
                }
                Err(error) => {
                    // The child may have received a part, and does nothing with it. Without its socket, it ends.
                    self.heard.with(|heard| heard.disown(child.id));
                    return Err(NotStarted::Step("handing its work to it", error));
                }
            }
        }
        // ANCHOR_END: start
    }

    /// One of the children that stand by. Where there is none it is waited for.
    fn next(&self) -> Result<StandsBy, NotStarted> {
        self.take_in_what_is_there();
        let there = self.heard.with(|heard| {
            let now = Instant::now();
            let before = heard.last.replace(now);
            let in_a_burst = before.is_some_and(|before| now - before < BURST);
            let there = heard.next_there();
            heard.ahead = match there {
                _ if !in_a_burst => FEW,
                Some(_) => heard.ahead,
                None => (2 * heard.ahead).min(MANY),
            };
            there
        });
        match there {
            Some(child) => Ok(child),
            None => self.wait_for_next()?.map_err(|error| NotStarted::Step(FORK, error)),
        }
    }

    fn wait_for_next(&self) -> Result<Result<StandsBy, io::Error>, NotStarted> {
        self.heard.with(|heard| heard.waiting += 1);
        let next = self.replenish().and_then(|()| self.listen_for(Heard::next));
        self.heard.with(|heard| heard.waiting -= 1);
        next
    }

    /// Has as many forked as are missing for the starts that wait and for some to come. For those to come alone the server is
    /// woken only when several are missing: while it forks, it takes time from the child that has just been started.
    fn replenish(&self) -> Result<(), NotStarted> {
        let demand = self.heard.with(Heard::next_demand);
        let Some(demand @ Demand::More { children, .. }) = demand else { return Ok(()) };
        self.demand(demand).inspect_err(|_| {
            self.heard.with(|heard| heard.on_their_way = heard.on_their_way.saturating_sub(children));
        })
    }

    fn demand(&self, demand: Demand) -> Result<(), NotStarted> {
        let socket = self.socket().ok_or(NotStarted::Gone(None))?;
        loop {
            match socket::send_by(socket.as_fd(), &bytes(&demand), &[], Some(Instant::now() + SILENCE)) {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => self.nudge(),
                // Why, it may have said before.
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => {
                    return self.listen_for(|_| None);
                }
                Err(error) => return Err(NotStarted::Step("asking the forkserver", error)),
            }
        }
    }

    /// Gives what `take` finds in what was heard, after taking in more as long as it finds nothing.
    fn listen_for<T>(&self, mut take: impl FnMut(&mut Heard) -> Option<T>) -> Result<T, NotStarted> {
        let take = |heard: &mut Heard| match take(heard) {
            Some(found) => Some(Ok(found)),
            None => heard.gone.map(|ended| match &heard.failed {
                Some(reason) => Err(NotStarted::Failed(reason.clone())),
                None => Err(NotStarted::Gone(ended)),
            }),
        };
        let found = self.heard.until(None, take, |deadline| self.receive(deadline), Heard::note);
        found.expect("without a deadline it waits until there is an answer")
    }

    /// Takes in what has come already.
    fn take_in_what_is_there(&self) {
        let nothing = |_: &mut Heard| None::<()>;
        let now = Some(Instant::now());
        self.heard.until(now, nothing, |deadline| self.receive(deadline), Heard::note);
    }

    /// What has come; by the deadline, at least one thing.
    fn receive(&self, deadline: Option<Instant>) -> Vec<Said> {
        let Some(socket) = self.socket() else { return vec![Said::End(None)] };
        let mut said = Vec::new();
        let mut buffer = [0; LONGEST];
        loop {
            match socket::receive(socket.as_fd(), &mut buffer) {
                Ok(received) if received.length == 0 => {
                    // It closes its end by ending, and is this process's child.
                    said.push(Said::End(self.collect_server()));
                    return said;
                }
                Ok(received) => match decode(&buffer[..received.length]) {
                    Ok(answer) => said.push(Said::Answer(answer, received.descriptors)),
                    Err(_) => return self.give_up(said),
                },
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let now = Instant::now();
                    if !said.is_empty() || deadline.is_some_and(|deadline| deadline <= now) {
                        return said;
                    }
                    let until = deadline.map_or(now + SILENCE, |deadline| deadline.min(now + SILENCE));
                    if let Ok(false) = poll::is_ready(socket.as_fd(), Some(until))
                        && now + SILENCE <= Instant::now()
                    {
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
        said.push(Said::End(self.collect_server()));
        said
    }

    /// Collects the server, which ends or has ended. Gives how, if that can be known.
    fn collect_server(&self) -> Option<ExitStatus> {
        let pidfd = self.server.pidfd.as_fd();
        let mut waited = child::wait_by(pidfd, Instant::now() + GRACE);
        // One that lives on when its socket is closed is no forkserver, or may not be ended.
        if matches!(waited, Ok(Waited::Running)) && matches!(child::signal(pidfd, libc::SIGKILL), Ok(true)) {
            waited = child::wait_by(pidfd, Instant::now() + GRACE);
        }
        match waited {
            Ok(Waited::Ended(status)) => Some(status),
            _ => None,
        }
    }

    /// Lets the server end, once those of its children have ended whose ends it has to tell. No more are started.
    pub(crate) fn retire(&self) {
        let Some(socket) = self.socket() else { return };
        socket::end(socket.as_fd());
        self.dismiss();
    }

    /// Closes the sockets of those that stand by, with which they end. Gives their pidfds.
    fn dismiss(&self) -> Vec<OwnedFd> {
        self.heard
            .with(|heard| heard.standing_by.drain(..).flatten().map(|child| child.child.pidfd).collect())
    }

    fn server_has_ended(&self) -> bool {
        matches!(poll::is_ready(self.server.pidfd.as_fd(), Some(Instant::now())), Ok(true))
    }

    fn nudge(&self) {
        let _ = child::signal(self.server.pidfd.as_fd(), libc::SIGCONT);
    }

    fn socket(&self) -> Option<Arc<OwnedFd>> {
        lock(&self.socket).clone()
    }

    /// Lets go of the children that stood by when the server ended.
    pub(crate) fn let_go_of_orphans(&self, children: &Children) {
        self.dismiss();
        children.add_strays(self.server.pid);
    }
}

/// A thing that was said, and the descriptors that came with it.
enum Said {
    Answer(Answer, Vec<OwnedFd>),
    /// Nothing more comes, and the server has ended like that.
    End(Option<ExitStatus>),
}

impl Heard {
    fn note(&mut self, said: Said) {
        match said {
            Said::Answer(Answer::Ready { kept }, _) => self.ready = Some(kept),
            Said::Answer(Answer::Failed(reason), _) => self.failed = Some(reason),
            Said::Answer(Answer::StandsBy { id, pid, passing }, descriptors) => {
                self.on_their_way = self.on_their_way.saturating_sub(1);
                let mut descriptors = descriptors.into_iter();
                let stands_by = match (descriptors.next(), descriptors.next()) {
                    (Some(pidfd), Some(socket)) => {
                        Ok(StandsBy { id, child: Handle { pid, pidfd }, socket, passing })
                    }
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
            Said::End(ended) if self.gone.is_none() => {
                // One that was killed is replaced. One that ended by itself would do so again.
                if let Some(status @ ExitStatus::Code(_)) = ended
                    && self.ready.is_none()
                    && self.failed.is_none()
                {
                    self.failed = Some(format!("it ended with {status} before it could serve"));
                }
                self.gone = Some(ended);
            }
            Said::End(_) => {}
        }
    }

    /// What stands by, those first that do so for a moment only. That a child could not be forked for a start to come is
    /// forgotten, as it may have been long ago; unless a start waits, for which that is the answer.
    fn next_there(&mut self) -> Option<StandsBy> {
        if self.gone.is_some() {
            return None;
        }
        if self.waiting == 0 {
            self.standing_by.retain(Result::is_ok);
        }
        let is_passing = |child: &Result<StandsBy, _>| child.as_ref().is_ok_and(|child| child.passing);
        let passing = self.standing_by.iter().position(is_passing);
        let at = passing.or_else(|| self.standing_by.iter().position(Result::is_ok))?;
        self.standing_by.remove(at)?.ok()
    }

    /// What stands by longest, or could not be forked.
    fn next(&mut self) -> Option<Result<StandsBy, io::Error>> {
        if self.gone.is_some() { None } else { self.standing_by.pop_front() }
    }

    /// What is to be demanded now, noted as being on its way.
    fn next_demand(&mut self) -> Option<Demand> {
        let there = count(self.standing_by.len()).saturating_add(self.on_their_way);
        let missing = (self.waiting + self.ahead).saturating_sub(there);
        let worth_it = if self.waiting > 0 { 1 } else { FEW.max(self.ahead / 2) };
        if missing < worth_it {
            return None;
        }
        let is_lasting = |child: &&Result<StandsBy, _>| child.as_ref().is_ok_and(|child| !child.passing);
        let lasting = count(self.standing_by.iter().filter(is_lasting).count()) + self.on_their_way;
        self.on_their_way += missing;
        let needed = self.waiting + FEW.saturating_sub(lasting);
        Some(Demand::More { children: missing, passing: missing.saturating_sub(needed) })
    }

    /// No handle will ask how that child ended.
    fn disown(&mut self, id: u64) {
        if self.ended.remove(&id).is_none() {
            self.unused.insert(id);
        }
    }
}

impl Reporter for Connection {
    fn ended(&self, id: u64, child: &Handle, late: bool) -> Option<Ended> {
        if !self.heard.with(|heard| heard.ready == Some(true)) {
            self.take_in_what_is_there();
            match self.heard.with(|heard| (heard.ended.get(&id).copied(), heard.gone.is_some())) {
                (Some(status), _) => return Some(status.map_or(Ended::Lost, Ended::With)),
                (None, false) => return None,
                // It is an orphan now.
                (None, true) => {}
            }
        }
        match kept_by_kernel(child) {
            Kept::Status(status) => Some(Ended::With(status)),
            Kept::NotYet if !late => None,
            Kept::NotYet | Kept::Nothing if self.server_has_ended() => Some(Ended::LostWithServer),
            Kept::NotYet | Kept::Nothing => Some(Ended::Lost),
        }
    }

    fn listen(&self, deadline: Instant) {
        let speaks = self.heard.with(|heard| heard.ready != Some(true) && heard.gone.is_none());
        if !speaks {
            // The kernel is about to collect it, and does not say when.
            return poll::pause(Duration::from_millis(1));
        }
        let mut looks = 0;
        let take = |_: &mut Heard| {
            looks += 1;
            (looks > 1).then_some(())
        };
        self.heard.until(Some(deadline), take, |deadline| self.receive(deadline), Heard::note);
    }

    fn noted(&self, id: u64) {
        self.heard.with(|heard| heard.ended.remove(&id));
    }
}

impl Attendant for Connection {
    fn after_children(&self) {
        let Some(socket) = self.socket() else { return };
        // It ends, and leaves in the socket what it had to say.
        socket::end(socket.as_fd());
        let deadline = Instant::now() + GRACE;
        // One that does not end in time, or may not be sent a signal, ends by itself when this process has ended.
        self.collect_server();
        let last = self.receive(Some(Instant::now()));
        self.heard.with(|heard| last.into_iter().for_each(|said| heard.note(said)));
        for pidfd in self.dismiss() {
            let _ = poll::is_ready(pidfd.as_fd(), Some(deadline));
        }
        // They are this process's to collect if it adopts orphans.
        child::collect_group(self.server.pid);
        lock(&self.socket).take();
    }

    fn forget(&self) {
        let _ = self.heard.try_with(|heard| heard.standing_by.clear());
        if let Ok(mut socket) = self.socket.try_lock() {
            socket.take();
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// How a child ended that no server reports. It has been collected by the kernel, or given to another parent when its
/// server was gone: to this process, if it adopts orphans, or to one that collects it soon.
fn kept_by_kernel(child: &Handle) -> Kept {
    let pidfd = child.pidfd.as_fd();
    if let Kept::Status(status) = child::status_after_collection(pidfd) {
        return Kept::Status(status);
    }
    match child::wait(pidfd, Block::No) {
        Ok(Waited::Ended(status)) => return Kept::Status(status),
        // It is this process's, and a tracer has not let go of it.
        Ok(Waited::Running) => return Kept::NotYet,
        Ok(Waited::Elsewhere | Waited::Collected) | Err(_) => {}
    }
    match child::status_before_collection(child) {
        Some(status) => Kept::Status(status),
        // It may have been collected in between.
        None => child::status_after_collection(pidfd),
    }
}
