//! A worker as its pool sees it: which tasks it has, and what goes to it and comes from it. Nothing here waits.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::frame::{self, HEADER, Header, Kind, MARKER};
use super::job::{Batch, Chunk, Content};
use crate::error::{JoinError, JoinErrorKind, Refusal, TaskErrorKind};
use crate::process::{ActiveChild, Child};
use crate::sys::ends::End;
use crate::sys::robust::Patience;
use crate::sys::{socket, stream};

/// Records up to this many bytes are written together with others.
const COPIED: usize = 16 << 10;

/// How much room there is at least to receive in.
const ROOM: usize = 64 << 10;

/// How long to look how a worker has ended, where that is not known at once.
const LOOK: Duration = Duration::from_millis(5);

/// Which call results are of, and the place of its target.
pub(super) type Of = (u64, u64);

/// What is wrong with a frame whose records do not end where they should.
const CUT: &str = "a result is cut";

/// What a pool waits for, of one worker.
pub(super) struct Line {
    socket: End,
    /// The worker's process.
    pub(super) process: ActiveChild,
}

impl Line {
    pub(super) fn new(socket: End, process: ActiveChild) -> Line {
        Line { socket, process }
    }

    pub(super) fn socket(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Something that is to be written.
enum Out {
    Bytes(Vec<u8>, usize),
    Records(Chunk, usize),
    Descriptors(Chunk, usize),
}

/// Tasks that a worker has and has not answered.
struct Sent {
    /// The worker's number of the first one.
    number: u64,
    chunk: Chunk,
}

/// How a worker ended.
pub(super) enum Fate {
    /// Not yet.
    Runs,
    Ended(Result<(), JoinError>),
}

pub(super) struct Worker {
    pub(super) line: Arc<Line>,
    child: Child<Result<(), Refusal>>,
    desk: Desk,
    /// The places of targets that it knows by name.
    told: Vec<u64>,
    sent: VecDeque<Sent>,
    /// How many tasks it has that are not answered.
    pub(super) load: usize,
    /// The number of the next task that it gets.
    next: u64,
    /// The call and the number of the first task that it was given.
    first_given: Option<(u64, usize)>,
    /// It has begun a task.
    has_begun: bool,
    /// Tasks below this number have been taken back or begun, as far as this pool has looked.
    settled: u64,
    inbox: Vec<u8>,
    out: VecDeque<Out>,
    /// When something last came from it, or went to it while it had nothing.
    pub(super) heard: Instant,
    /// It has been asked for results, and nothing has come since.
    pub(super) asked: bool,
    /// It takes no more tasks, and ends when it has answered those that it has.
    pub(super) retires: bool,
    /// Something could not be sent to it, of this call and from this task on, if it is known to be one call's.
    pub(super) refused: Option<(Option<(u64, usize)>, io::Error)>,
    /// Nothing more can come from it.
    pub(super) hung_up: bool,
    /// The task that it was killed for, because its time was over.
    pub(super) timed_out: Option<u64>,
    /// This pool has killed it.
    pub(super) killed: bool,
}

impl Worker {
    pub(super) fn new(line: Arc<Line>, child: Child<Result<(), Refusal>>, desk: Desk) -> Worker {
        Worker {
            line,
            child,
            desk,
            told: Vec::new(),
            sent: VecDeque::new(),
            load: 0,
            next: 0,
            first_given: None,
            has_begun: false,
            settled: 0,
            inbox: Vec::new(),
            out: VecDeque::new(),
            heard: Instant::now(),
            asked: false,
            retires: false,
            refused: None,
            hung_up: false,
            timed_out: None,
            killed: false,
        }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// How many tasks it has ever been given.
    pub(super) fn given(&self) -> u64 {
        self.next
    }

    pub(super) fn is_ready(&self) -> bool {
        self.desk.is_ready()
    }

    pub(super) fn has_to_write(&self) -> bool {
        !self.out.is_empty() && !self.hung_up
    }

    /// Whether it can be given tasks.
    pub(super) fn takes(&self) -> bool {
        !(self.retires || self.hung_up || self.killed)
    }

    pub(super) fn kill(&mut self) {
        self.killed = true;
        // One that may not be sent a signal goes on, and what it does is not waited for.
        let _ = self.line.process.kill();
    }

    /// Gives it tasks.
    pub(super) fn give(&mut self, chunk: Chunk) {
        if self.load == 0 {
            (self.heard, self.asked) = (Instant::now(), false);
        }
        if !self.told.contains(&chunk.place) {
            self.told.push(chunk.place);
            let name = chunk.target.name().as_bytes();
            let header = self.header(Kind::Target, &chunk, name.len());
            self.push([&header[..], name]);
        }
        for at in (0..chunk.descriptors().len()).step_by(socket::MOST) {
            self.out.push_back(Out::Descriptors(chunk.clone(), at));
        }
        let header = self.header(Kind::Tasks, &chunk, chunk.records.len());
        if chunk.records.len() <= COPIED {
            self.push([&header[..], &chunk.records]);
        } else {
            self.push([&header[..], &[]]);
            self.out.push_back(Out::Records(chunk.clone(), 0));
        }
        self.first_given.get_or_insert((chunk.job, chunk.first));
        let number = self.next;
        self.next += chunk.count as u64;
        self.load += chunk.count;
        self.sent.push_back(Sent { number, chunk });
    }

    fn header(&self, kind: Kind, chunk: &Chunk, length: usize) -> [u8; HEADER] {
        let short = |count: usize| u32::try_from(count).expect("a chunk has fewer tasks");
        let header = Header {
            kind,
            descriptors: if kind == Kind::Tasks { short(chunk.descriptors().len()) } else { 0 },
            skipped: short(chunk.skipped),
            count: short(chunk.count),
            number: chunk.place,
            first: self.next,
            length: length as u64,
        };
        header.to_bytes()
    }

    fn push(&mut self, parts: [&[u8]; 2]) {
        if let Some(Out::Bytes(bytes, _)) = self.out.back_mut() {
            parts.iter().for_each(|part| bytes.extend_from_slice(part));
        } else {
            self.out.push_back(Out::Bytes(parts.concat(), 0));
        }
    }

    /// Writes what there is room for.
    pub(super) fn write(&mut self) {
        if self.hung_up {
            return;
        }
        while let Some(front) = self.out.front_mut() {
            let socket = self.line.socket();
            let written = match front {
                Out::Bytes(bytes, at) => write_some(socket, bytes, at),
                Out::Records(chunk, at) => write_some(socket, &chunk.records, at),
                Out::Descriptors(chunk, at) => {
                    let end = chunk.descriptors().len().min(*at + socket::MOST);
                    let fds: Vec<_> = chunk.descriptors()[*at..end].iter().map(AsFd::as_fd).collect();
                    socket::send(socket, &[MARKER], &fds)
                }
            };
            match written {
                Ok(()) => drop(self.out.pop_front()),
                Err(error)
                    if error.kind() == io::ErrorKind::WouldBlock || socket::too_many_in_flight(&error) =>
                {
                    return;
                }
                Err(error) => {
                    let part = match front {
                        Out::Bytes(..) => None,
                        Out::Records(chunk, _) | Out::Descriptors(chunk, _) => Some((chunk.job, chunk.first)),
                    };
                    self.out.clear();
                    // What had come from a worker that is gone is still there to be read. Another one gets the end in place of the
                    // rest of a frame, and ends once it has run what it has got.
                    if !stream::is_broken_off(&error) {
                        self.refused = Some((part, error));
                        self.retires = true;
                        socket::end(self.line.socket());
                    }
                    return;
                }
            }
        }
    }

    /// Takes in what has come from it.
    pub(super) fn read(&mut self, settle: &mut impl FnMut(Of, Batch, u64)) {
        while !self.hung_up {
            if self.inbox.capacity() - self.inbox.len() < ROOM / 2 {
                self.inbox.reserve(ROOM.max(self.inbox.len()));
            }
            match stream::take_more(self.line.socket(), &mut self.inbox) {
                Ok(0) => self.hung_up = true,
                Ok(_) => {
                    (self.heard, self.asked) = (Instant::now(), false);
                    if self.read_frames(settle).is_err() {
                        // What it writes is not from this library.
                        self.hung_up = true;
                        self.kill();
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.hung_up = true,
            }
        }
    }

    fn read_frames(&mut self, settle: &mut impl FnMut(Of, Batch, u64)) -> Result<(), &'static str> {
        let mut at = 0;
        while let Some(header) = Header::parse(&self.inbox[at..])? {
            let end = usize::try_from(header.length).ok().and_then(|length| length.checked_add(at + HEADER));
            let end = end.ok_or("a frame is longer than memory can be")?;
            if end > self.inbox.len() {
                // Room for all of it as it comes, and not more: its length may be a lie.
                break;
            }
            let each = header.number / u64::from(header.count.max(1));
            if at == 0 && end == self.inbox.len() && end > self.inbox.capacity() / 2 {
                let frame = mem::take(&mut self.inbox);
                return self.answer(header.first, header.count as usize, frame, HEADER, each, settle);
            }
            let records = self.inbox[at + HEADER..end].to_vec();
            self.answer(header.first, header.count as usize, records, 0, each, settle)?;
            at = end;
        }
        self.inbox.drain(..at);
        Ok(())
    }

    /// Takes in results of tasks that follow one another. Those that are known already are left out.
    fn answer(
        &mut self,
        mut number: u64,
        mut count: usize,
        mut records: Vec<u8>,
        mut at: usize,
        each: u64,
        settle: &mut impl FnMut(Of, Batch, u64),
    ) -> Result<(), &'static str> {
        while count > 0 {
            let Some(sent) = self.sent.front() else { return Ok(()) };
            if number < sent.number {
                let known = count.min((sent.number - number) as usize);
                at = frame::behind(&records, at, known).ok_or(CUT)?;
                (number, count) = (number + known as u64, count - known);
                continue;
            }
            if number > sent.number {
                return Err("a result is missing");
            }
            // Results that are handed out together, of chunks that follow one another.
            let (job, place, first, start) = (sent.chunk.job, sent.chunk.place, sent.chunk.first, at);
            let mut together = 0;
            let mut is_cut = false;
            while let Some(sent) = self.sent.front_mut()
                && count > 0
                && (sent.number, sent.chunk.job, sent.chunk.first) == (number, job, first + together)
            {
                let own = count.min(sent.chunk.count);
                // Where the last one ends is seen when it is read.
                let end = if own == count { Some(records.len()) } else { frame::behind(&records, at, own) };
                let Some(end) = end else {
                    is_cut = true;
                    break;
                };
                sent.number += own as u64;
                sent.chunk.advance(own);
                if sent.chunk.count == 0 {
                    self.sent.pop_front();
                }
                self.load -= own;
                (number, count, at, together) = (number + own as u64, count - own, end, together + own);
            }
            if together > 0 {
                let content = if count == 0 {
                    Content::Records(mem::take(&mut records), start)
                } else {
                    Content::Records(records[start..at].to_vec(), 0)
                };
                let batch = Batch { first, count: together, pid: Some(self.child.pid()), content };
                settle((job, place), batch, each);
            }
            if is_cut {
                return Err(CUT);
            }
        }
        Ok(())
    }

    /// Asks it for the results that it has, takes in those that can be seen, and lets it send the others once it has them.
    pub(super) fn ask(&mut self, settle: &mut impl FnMut(Of, Batch, u64)) {
        if !self.asked {
            self.desk.ask();
            self.asked = true;
        }
        self.take_kept(settle);
    }

    /// Takes in the results that it has and has not sent.
    pub(super) fn take_kept(&mut self, settle: &mut impl FnMut(Of, Batch, u64)) {
        let Some((first, records)) = self.desk.kept() else { return };
        let mut count = 0;
        let mut at = 0;
        while let Some((_, body)) = frame::record(&records, at) {
            (count, at) = (count + 1, body.end);
        }
        // They have taken no longer than what is known of other tasks.
        let _ = self.answer(first, count, records, 0, 0, settle);
    }

    /// Takes back the tasks that it has not begun.
    pub(super) fn take_back(&mut self) -> Vec<Chunk> {
        let begun = self.not_begun();
        self.asked = false;
        self.out_of_it(begun)
    }

    /// The number of the first task that it has not begun, and does not begin now.
    fn not_begun(&mut self) -> u64 {
        let begun = self.desk.take_back(self.next).min(self.next);
        self.has_begun |= begun > self.settled;
        self.settled = self.next;
        begun
    }

    /// The first task that it was given, as its call and its number, if it has begun none.
    pub(super) fn died_of(&self) -> Option<(u64, usize)> {
        self.first_given.filter(|_| !self.has_begun)
    }

    fn out_of_it(&mut self, begun: u64) -> Vec<Chunk> {
        let mut taken = VecDeque::new();
        while let Some(mut sent) = self.sent.pop_back() {
            let end = sent.number + sent.chunk.count as u64;
            if end <= begun {
                self.sent.push_back(sent);
                break;
            }
            let kept = begun.saturating_sub(sent.number) as usize;
            let mut chunk = sent.chunk.clone();
            chunk.advance(kept);
            self.load -= chunk.count;
            taken.push_front(chunk);
            if kept > 0 {
                sent.chunk.count = kept;
                self.sent.push_back(sent);
                break;
            }
        }
        taken.into()
    }

    /// Whether it has tasks of that call that it has not begun, as far as can be seen.
    pub(super) fn may_begin(&self, job: u64) -> bool {
        let begun = self.desk.not_begun();
        let not_begun = |sent: &&Sent| sent.number + sent.chunk.count as u64 > begun;
        self.sent.iter().rev().take_while(not_begun).any(|sent| sent.chunk.job == job)
    }

    /// When the task has begun that it is at, if the pool has a time limit.
    pub(super) fn task_since(&self) -> Option<u64> {
        Some(self.desk.began()).filter(|&began| began != 0)
    }

    /// The number of the first task that it has not answered.
    pub(super) fn first(&self) -> Option<u64> {
        self.sent.front().map(|sent| sent.number)
    }

    /// Whether it has ended because a task has closed its descriptors.
    pub(super) fn has_closed(&self) -> bool {
        self.desk.has_closed()
    }

    /// All tasks that it has, in a copy of the process whose worker it is.
    pub(super) fn take_all(&mut self) -> Vec<Chunk> {
        self.out_of_it(0)
    }

    /// Whether it is in the middle of a task, as far as can be seen.
    pub(super) fn is_at_work(&self) -> bool {
        self.sent.front().is_some_and(|sent| self.desk.not_begun() > sent.number)
    }

    /// Whether it has tasks that it has not begun, or finished ones that it has not sent, as far as can be seen.
    pub(super) fn has_waiting(&self) -> bool {
        self.load > 1 || (self.load == 1 && !self.is_at_work())
    }

    /// Whether it has tasks that could be taken back, as far as can be seen.
    pub(super) fn has_not_begun(&self) -> bool {
        self.load > 0 && self.desk.not_begun() < self.next
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Fate {
        match self.child.join_timeout(LOOK) {
            Ok(None) => Fate::Runs,
            Ok(Some(Ok(()))) => Fate::Ended(Ok(())),
            Ok(Some(Err(refusal))) => Fate::Ended(Err(self.error(JoinErrorKind::Refused(refusal)))),
            Err(error) => Fate::Ended(Err(error)),
        }
    }

    fn error(&self, kind: JoinErrorKind) -> JoinError {
        JoinError { process: self.child.name().to_owned(), pid: self.child.pid(), kind }
    }

    /// What a worker that has ended leaves: the tasks that it had not begun. The one that it had begun fails with the error.
    pub(super) fn wind_up(
        &mut self,
        fail: impl FnOnce(u64) -> TaskErrorKind,
        settle: &mut impl FnMut(Of, Batch, u64),
    ) -> Vec<Chunk> {
        self.read(settle);
        self.take_kept(settle);
        let begun = self.not_begun();
        if let Some(sent) = self.sent.front_mut()
            && sent.number < begun
        {
            // Only one can have begun and not be answered, but what a worker has written may be damaged.
            let number = sent.number;
            let pid = Some(self.child.pid());
            let batch =
                Batch { first: sent.chunk.first, count: 1, pid, content: Content::Failed(fail(number)) };
            settle((sent.chunk.job, sent.chunk.place), batch, 0);
            sent.number += 1;
            sent.chunk.advance(1);
            self.load -= 1;
            if sent.chunk.count == 0 {
                self.sent.pop_front();
            }
        }
        // From here on nothing counts as begun.
        self.out_of_it(0)
    }
}

/// Writes what there is room for, and moves the place behind it.
fn write_some(socket: BorrowedFd<'_>, bytes: &[u8], at: &mut usize) -> io::Result<()> {
    let mut rest = &bytes[*at..];
    let written = stream::write(socket, &mut rest, Patience::None);
    *at = bytes.len() - rest.len();
    written
}
