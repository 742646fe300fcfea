//! The worker's side: it calls what tasks name, one after the other, until its pool hangs up.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::mem;
use std::ops::Range;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::desk::{self, Desk, Desks, Kept};
use super::frame::{self, FRONT, HEADER, Header, Kind, MARKER, Status};
use crate::bootstrap::{Outcome, find, perform};
use crate::error::Refusal;
use crate::sys::function::{Callable, Calls, NoResult};
use crate::sys::numbers::{Inode, inode};
use crate::sys::robust::Patience;
use crate::sys::{interrupt, socket, stream, this};
use crate::wire::carried::Descriptor;
use crate::wire::encode;
use crate::wire::message::Call;

/// What a worker is started with.
#[derive(Serialize, Deserialize)]
pub(super) struct Setup {
    pub(super) socket: Descriptor,
    pub(super) desks: Descriptor,
    pub(super) place: u64,
    pub(super) initializer: Option<First>,
    /// How many bytes of memory it may have.
    pub(super) memory: Option<u64>,
    /// Whether it says when a task has begun.
    pub(super) is_timed: bool,
    /// How long a task should take, in nanoseconds.
    pub(super) soft_limit: Option<u64>,
    /// Whether SIGINT is its pool's business.
    pub(super) survives_interrupts: bool,
}

/// A call that comes before all tasks.
#[derive(Serialize, Deserialize)]
pub(super) struct First {
    pub(super) call: Call,
    pub(super) arguments: Vec<u8>,
    pub(super) descriptors: Vec<Descriptor>,
}

/// When there are so many bytes of results, they are sent.
const TOGETHER: usize = desk::ROOM;

/// A buffer of more bytes is given back when it has been sent.
const LARGE: usize = 128 << 10;

/// How much is received at once.
const AT_ONCE: usize = 64 << 10;

/// When the running task should be done, by the monotonic clock in nanoseconds; 0 if there is no such time.
static SHOULD_END: AtomicU64 = AtomicU64::new(0);

/// How much time the task that is running in this process has left until the soft time limit of its pool.
///
/// `None` outside of a task, and if the pool has no [soft time limit](super::Builder::soft_time_limit). Zero once the time is
/// over. A task that asks now and then can stop in time, with a result of its own choice. Python's module has no such limit.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::Pool;
/// use multiprocess::pool::time_left;
///
/// /// Counts as far as it comes in the time.
/// fn count() -> u64 {
///     let mut counted = 0;
///     while time_left() > Some(Duration::ZERO) {
///         counted += 1;
///     }
///     counted
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let pool = Pool::builder().workers(1).soft_time_limit(Duration::from_millis(20)).start()?;
///     assert!(pool.apply(count, ())? > 0);
///     assert_eq!(time_left(), None);
///     Ok(())
/// }
/// ```
pub fn time_left() -> Option<Duration> {
    match SHOULD_END.load(Ordering::Relaxed) {
        0 => None,
        end => Some(Duration::from_nanos(end.saturating_sub(this::nanoseconds()))),
    }
}

/// Why a worker stops.
enum Stop {
    /// The pool has hung up, or is gone.
    HungUp,
    /// A task has closed the descriptor of the socket, or put another file there.
    Closed,
    /// What comes is not from a pool.
    Damaged,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        if stream::is_broken_off(&error) { Stop::HungUp } else { Stop::Closed }
    }
}

/// The target of a worker's process.
pub(super) fn work(setup: Setup) -> Result<(), Refusal> {
    let unprepared = |what: &str, error: io::Error| Refusal::Unprepared(format!("{what}: {error}"));
    this::watch_for_copies();
    if setup.survives_interrupts {
        interrupt::survive().map_err(|error| unprepared("its handler of SIGINT", error))?;
    }
    let desks = Desks::of(setup.desks.into_fd()).map_err(|error| unprepared("the pool's memory", error))?;
    let desk = desks.desk(setup.place as usize);
    if let Some(bytes) = setup.memory {
        this::limit_memory(bytes).map_err(|error| unprepared("its memory limit", error))?;
    }
    if let Some(First { call, arguments, descriptors }) = setup.initializer {
        let descriptors = descriptors.into_iter().map(Descriptor::into_fd).collect();
        find(&call)?.entry()(&arguments, descriptors, Vec::new())?;
    }
    desk.set_ready();
    let socket = Socket::new(setup.socket.into_fd());
    let bench = Bench {
        socket,
        kept: Kept::new(desk.clone()),
        desk: desk.clone(),
        targets: HashMap::new(),
        results: vec![0; HEADER],
        first: 0,
        count: 0,
        since: 0,
        tick: 0,
        begins_at: HEADER,
        is_timed: setup.is_timed,
        soft_limit: setup.soft_limit,
    };
    match bench.run() {
        Stop::HungUp => Ok(()),
        Stop::Closed => {
            desk.set_closed();
            let name = crate::bootstrap::me().map_or("", |me| &me.name);
            let what = "it ends, because a task has closed the descriptor by which it talks with its pool";
            this::write_to_stderr(format!("multiprocess: {name}: {what}\n").as_bytes());
            crate::sys::exit::exit_now(1)
        }
        Stop::Damaged => Err(Refusal::WorkUnreadable("what came is not from a pool".to_owned())),
    }
}

/// The worker's end of the socket.
struct Socket {
    fd: OwnedFd,
    own: Option<Inode>,
    received: Vec<u8>,
    /// Where what has not been read begins.
    at: usize,
    /// Those of each message that had some; none if this process had no numbers left for all of them.
    descriptors: VecDeque<Vec<OwnedFd>>,
    packet: Box<[u8]>,
}

impl Socket {
    fn new(fd: OwnedFd) -> Socket {
        Socket {
            own: inode(fd.as_fd()),
            fd,
            received: Vec::new(),
            at: 0,
            descriptors: VecDeque::new(),
            packet: vec![0; AT_ONCE].into(),
        }
    }

    /// The next frame, if all of it has been received: its header, and where its records are.
    fn frame(&mut self) -> Result<Option<(Header, Range<usize>)>, Stop> {
        while self.received.get(self.at) == Some(&MARKER) {
            self.at += 1;
        }
        let header = Header::parse(&self.received[self.at..]).map_err(|_| Stop::Damaged)?;
        let Some(header) = header else { return Ok(None) };
        let start = self.at + HEADER;
        let end = usize::try_from(header.length).ok().and_then(|length| start.checked_add(length));
        let end = end.ok_or(Stop::Damaged)?;
        if end > self.received.len() {
            return Ok(None);
        }
        self.at = end;
        Ok(Some((header, start..end)))
    }

    /// Waits for more.
    fn receive(&mut self) -> Result<(), Stop> {
        self.received.drain(..mem::take(&mut self.at));
        if self.received.is_empty() && self.received.capacity() > (4 << 20) {
            self.received = Vec::new();
        }
        self.expect_own()?;
        let got = socket::receive_patiently(self.fd.as_fd(), &mut self.packet, Patience::Endless)?;
        if got.length == 0 {
            return Err(Stop::HungUp);
        }
        // A stream gives those of one message at a time (unix(7)), and is itself never cut.
        if got.truncated {
            self.descriptors.push_back(Vec::new());
        } else if !got.descriptors.is_empty() {
            self.descriptors.push_back(got.descriptors);
        }
        self.received.extend_from_slice(&self.packet[..got.length]);
        Ok(())
    }

    fn send(&self, mut bytes: &[u8]) -> Result<(), Stop> {
        Ok(stream::write(self.fd.as_fd(), &mut bytes, Patience::Endless)?)
    }

    /// A task may have closed descriptors that it did not open, and opened files of its own, which get their numbers.
    fn expect_own(&self) -> Result<(), Stop> {
        if self.own.is_some() && inode(self.fd.as_fd()) == self.own { Ok(()) } else { Err(Stop::Closed) }
    }
}

struct Bench {
    socket: Socket,
    desk: Desk,
    kept: Kept,
    /// What tasks have named, by their places in the executable.
    targets: HashMap<u64, Result<&'static Callable, Refusal>>,
    /// Results that have not been sent, behind room for their header.
    results: Vec<u8>,
    /// The number of the task that the first one is of.
    first: u64,
    count: u32,
    /// When the first of those tasks began.
    since: u64,
    /// The same by the coarse clock.
    tick: u64,
    /// Where the result of the task that has begun begins.
    begins_at: usize,
    is_timed: bool,
    soft_limit: Option<u64>,
}

impl Bench {
    fn run(mut self) -> Stop {
        loop {
            match self.next() {
                Ok(()) => {}
                Err(Stop::Closed) => {
                    // What is closed must not be closed again: its numbers may be other files'.
                    mem::forget(self);
                    return Stop::Closed;
                }
                Err(stop) => return stop,
            }
        }
    }

    fn next(&mut self) -> Result<(), Stop> {
        let Some((header, records)) = self.socket.frame()? else {
            self.send()?;
            return self.socket.receive();
        };
        // The buffer is lent out, so that a task can be read from it.
        let received = mem::take(&mut self.socket.received);
        let done = match header.kind {
            Kind::Target => {
                let target = String::from_utf8_lossy(&received[records]).into_owned();
                self.targets.insert(header.number, find(&Call { offset: header.number, target }));
                Ok(())
            }
            Kind::Tasks => self.run_tasks(&header, &received[records]),
            Kind::Results => Err(Stop::Damaged),
        };
        self.socket.received = received;
        done
    }

    fn run_tasks(&mut self, header: &Header, records: &[u8]) -> Result<(), Stop> {
        let expected = header.descriptors as usize;
        let messages = expected.div_ceil(socket::MOST);
        if messages > self.socket.descriptors.len() {
            return Err(Stop::Damaged);
        }
        let mut descriptors: Vec<OwnedFd> = self.socket.descriptors.drain(..messages).flatten().collect();
        let mut target = self.targets.get(&header.number).cloned().ok_or(Stop::Damaged)?;
        if descriptors.len() != expected {
            descriptors.clear();
            let reason = format!("there was no room for all {expected} descriptors that its arguments hold");
            target = Err(Refusal::Unprepared(reason));
        }
        let at = frame::behind(records, 0, header.skipped as usize).ok_or(Stop::Damaged)?;
        let (task, left) = (header.first, header.count);
        let mut tasks = Tasks { bench: self, records, at, task, left, stop: None };
        match target {
            Ok(target) if header.descriptors == 0 => target.many()(&mut tasks),
            target => {
                while let Some(arguments) = tasks.next() {
                    let made = match &target {
                        Ok(target) => perform(target, arguments, mem::take(&mut descriptors), Vec::new()),
                        Err(refusal) => (Outcome::Refused(refusal.clone()), Vec::new()),
                    };
                    tasks.results().extend_from_slice(&made.1);
                    tasks.made(match made.0 {
                        Outcome::Returned => Ok(()),
                        Outcome::Panicked(panic) => Err(NoResult::Panicked(panic)),
                        Outcome::Refused(refusal) => Err(NoResult::Refused(refusal)),
                    });
                }
            }
        }
        tasks.stop.map_or(Ok(()), Err)
    }

    /// Begins a task, unless it has been taken back.
    fn begin(&mut self, task: u64) -> Result<bool, Stop> {
        if !self.desk.begin(task) {
            // The pool has taken it back, or waits for results. In both cases, nothing else may send them soon.
            if self.count > 0 {
                self.desk.answer();
                self.send()?;
            }
            if !self.desk.begin(task) && !self.desk.begin_asked(task) {
                return Ok(false);
            }
        }
        if self.count == 0 {
            (self.first, self.since, self.tick) = (task, this::nanoseconds(), this::coarse_nanoseconds());
        }
        if self.is_timed {
            let now = this::nanoseconds();
            SHOULD_END.store(self.soft_limit.map_or(0, |limit| now.saturating_add(limit)), Ordering::Relaxed);
            self.desk.set_began(now);
        }
        self.begins_at = self.results.len();
        self.results.extend_from_slice(&[0; FRONT]);
        Ok(true)
    }

    /// Notes what came of the task that has begun. It is sent at once, or with others.
    fn end(&mut self, task: u64, made: Result<(), NoResult>) -> Result<(), Stop> {
        if this::is_copy() {
            // A copy of this worker that the task has made, and that has returned from it, too, only ends.
            crate::sys::exit::exit_now(0);
        }
        if self.is_timed {
            SHOULD_END.store(0, Ordering::Relaxed);
            self.desk.set_began(0);
        }
        let body = self.begins_at + FRONT;
        let status = match made {
            Ok(()) => Status::Value,
            Err(no_result) => {
                self.results.truncate(body);
                let (status, told) = match no_result {
                    NoResult::Panicked(panic) => (Status::Panicked, encode(&panic)),
                    NoResult::Refused(refusal) => (Status::Refused, encode(&refusal)),
                };
                self.results.extend(told.unwrap_or_default());
                status
            }
        };
        let front = frame::front(status, self.results.len() - body);
        self.results[self.begins_at..body].copy_from_slice(&front);
        self.count += 1;
        let is_kept = self.kept.keep(task, &self.results[self.begins_at..]);
        // What is kept and not sent, the pool takes from the desk after a while. So the clock need not be asked each time.
        let is_late = self.count.is_multiple_of(8) && this::coarse_nanoseconds() > self.tick;
        if is_kept && !is_late && self.results.len() <= TOGETHER { Ok(()) } else { self.send() }
    }

    fn header(&self, length: usize) -> [u8; HEADER] {
        let header = Header {
            kind: Kind::Results,
            descriptors: 0,
            skipped: 0,
            count: self.count,
            number: this::nanoseconds() - self.since,
            first: self.first,
            length: length as u64,
        };
        header.to_bytes()
    }

    /// Sends the results that there are.
    fn send(&mut self) -> Result<(), Stop> {
        if self.count == 0 {
            return Ok(());
        }
        let header = self.header(self.results.len() - HEADER);
        self.results[..HEADER].copy_from_slice(&header);
        self.socket.expect_own()?;
        self.socket.send(&self.results)?;
        self.kept.forget();
        self.results.truncate(HEADER);
        self.results.shrink_to(LARGE);
        self.count = 0;
        Ok(())
    }
}

/// The tasks of one frame, while they are run.
struct Tasks<'a, 'b> {
    bench: &'b mut Bench,
    records: &'a [u8],
    at: usize,
    /// The number of the task that has begun, or is next.
    task: u64,
    left: u32,
    stop: Option<Stop>,
}

impl<'a> Calls<'a> for Tasks<'a, '_> {
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.stop.is_some() {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let Some((_, arguments)) = frame::record(self.records, self.at) else {
            self.stop = Some(Stop::Damaged);
            return None;
        };
        self.at = arguments.end;
        match self.bench.begin(self.task) {
            Ok(true) => return Some(&self.records[arguments]),
            // It has been given to another worker or given up, and so have those behind it.
            Ok(false) => self.left = 0,
            Err(stop) => self.stop = Some(stop),
        }
        None
    }

    fn results(&mut self) -> &mut Vec<u8> {
        &mut self.bench.results
    }

    fn made(&mut self, made: Result<(), NoResult>) {
        self.stop = self.bench.end(self.task, made).err();
        self.task += 1;
    }
}
