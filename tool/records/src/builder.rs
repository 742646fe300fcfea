//! From what a supervisor says, event by event, to a timeline.
//!
//! Pids become indices, nanoseconds of the run microseconds of the listing's program, and pids in its output roles. What
//! the program's process does before it enters the program is the supervisor's doing and left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use supervisor::{
    end::{End, signal_name},
    event::{Birth, Event, Kind, Stream, TaskStep, Thing, What as Told, Who},
    request::Request,
    run::{ProcessSeen, Run, RunError, ThreadSeen, run_with},
};

use crate::{
    record::{Record, lines, shown},
    roles::{self, Roles},
    timeline::{self, Actor, What},
    writers::{Piece, Writers},
};

/// How long what follows waits for a write that was told of and does not come out of its pipe, in nanoseconds. One that
/// overlaps it is on its way; where none does, a call that is not followed has written or read.
const UNDECIDED: u64 = 1_000_000_000;

/// Builds one run of a timeline while it happens.
///
/// # Examples
///
/// ```
/// use records::{builder::Builder, timeline::What};
/// use supervisor::{Request, run_with};
///
/// let mut builder = Builder::default();
/// let request = Request::new("sh").args(["-c", "echo hello"]).detailed();
/// run_with(&request, |event| {
///     for event in builder.take(event) {
///         println!("{} µs, {}: {:?}", event.at, builder.processes()[event.process].name, event.what);
///     }
/// })?;
/// let run = builder.finish()?;
/// assert!(matches!(&run.events[0].what, What::Exec(program) if program.ends_with("sh")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    reaper: u32,
    processes: Vec<ProcessSeen>,
    /// Of all processes, in the order of births.
    threads: Vec<Thread>,
    thread_names: BTreeMap<Actor, String>,
    /// Which tasks run on which threads, the last of them within the others.
    running: BTreeMap<u32, Vec<Actor>>,
    /// What threads and processes share, in the order in which it was first told of.
    things: Vec<(Kind, u64)>,
    /// When the main process entered the program.
    begun: Option<u64>,
    moments: Vec<Moment>,
    /// The places of those moments that [`Builder::take`] has not given yet, in the order of their times.
    waiting: Vec<usize>,
    /// The time of the latest moment that it has given.
    given: u64,
    outputs: [Writers<Actor>; 2],
    /// The threads whose wait is for processes of no interest here, and is a sleep like any other.
    asleep: BTreeSet<(u32, u32)>,
    /// Lines whose numbers are no pids.
    recorded: Vec<Vec<u8>>,
}

/// A thread beside the main one of its process, or a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Thread {
    pid: u32,
    is: Is,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    /// A thread of the kernel, with this number.
    Thread(u32),
    /// A task, with this number in its process.
    Task(u64),
}

#[derive(Clone, Debug)]
struct Moment {
    at: u64,
    by: Actor,
    what: Deed,
}

#[derive(Clone, Debug)]
enum Deed {
    /// As the timeline has it.
    Plain(What),
    /// To be shown with roles in place of pids.
    Write(Stream, Vec<u8>),
}

/// Runs a program traced in detail, beside what is recorded of it, if anything is, and calls `on_event` with each event of its timeline as it comes: see
/// [`Builder::take`]. The builder that is given with it knows the processes so far.
///
/// # Errors
///
/// Those of [`run_with`].
pub fn follow(
    request: &Request,
    recorded: Option<&Record>,
    mut on_event: impl FnMut(&Builder, timeline::Event),
) -> Result<(Run, Result<timeline::Run, Unclaimed>), RunError> {
    let mut builder = recorded.map_or_else(Builder::default, Builder::beside);
    let run = run_with(&request.clone().detailed(), |event| {
        for event in builder.take(event) {
            on_event(&builder, event);
        }
    })?;
    Ok((run, builder.finish()))
}

impl Default for Builder {
    fn default() -> Builder {
        Builder {
            reaper: 0,
            processes: vec![],
            threads: vec![],
            thread_names: BTreeMap::new(),
            running: BTreeMap::new(),
            things: vec![],
            begun: None,
            moments: vec![],
            waiting: vec![],
            given: 0,
            outputs: [Writers::new(), Writers::new()],
            asleep: BTreeSet::new(),
            recorded: vec![],
        }
    }
}

impl Builder {
    /// A builder for one more run of what is recorded: a number in a recorded line stays that number, although it may be
    /// a pid of this run.
    pub fn beside(record: &Record) -> Builder {
        let outputs = [&record.stdout, &record.stderr];
        let recorded = outputs.into_iter().flat_map(|output| lines(output).0).map(<[u8]>::to_vec).collect();
        Builder { recorded, ..Builder::default() }
    }

    /// Takes in what the supervisor says, and gives what is certain with it to come next in the timeline: times never decrease.
    ///
    /// Where two threads write at the same time, what follows waits until it is known who was first. A line without an end is
    /// given when another thread writes or its own ends, and with that time, though it was written before.
    pub fn take(&mut self, event: &Event) -> Vec<timeline::Event> {
        let known = self.moments.len();
        match &event.what {
            Told::Supervised { by, .. } => self.reaper = *by,
            Told::Started { pid, parent, on, by } => self.started(event.at, *pid, *parent, *on, *by),
            Told::Named { pid, name } => self.named(*pid, name.clone()),
            Told::Exec { pid, program, .. } => self.executed(event.at, *pid, program),
            Told::Output { stream, bytes } => {
                let pieces = self.outputs[*stream as usize].came(bytes);
                self.add_pieces(*stream, pieces);
            }
            Told::Wrote { by, stream, bytes } => {
                if let Some(writer) = self.actor(*by) {
                    let piece = Piece { writer, at: event.at, bytes: bytes.clone() };
                    let pieces = self.outputs[*stream as usize].wrote(piece);
                    self.add_pieces(*stream, pieces);
                }
            }
            Told::Ended { pid, name, end } => self.ended(event.at, *pid, name.clone(), *end),
            other => self.take_plain(event.at, other),
        }
        for stream in [Stream::Stdout, Stream::Stderr] {
            let output = &mut self.outputs[stream as usize];
            let found = match (&event.what, event.at.checked_sub(UNDECIDED)) {
                (Told::Done(_), _) => output.over(),
                (_, Some(until)) => output.give_up(until),
                (_, None) => vec![],
            };
            self.add_pieces(stream, found);
        }
        for new in known..self.moments.len() {
            let at = self.moments[new].at;
            let place = self.waiting.partition_point(|&other| self.moments[other].at <= at);
            self.waiting.insert(place, new);
        }
        self.certain(event)
    }

    /// The moments that nothing can come before any more, now that this was told.
    fn certain(&mut self, told: &Event) -> Vec<timeline::Event> {
        let undecided = self.outputs.iter().filter_map(Writers::undecided).min();
        let undecided = undecided.filter(|at| told.at.saturating_sub(*at) < UNDECIDED);
        let until = undecided.filter(|_| !matches!(told.what, Told::Done(_))).unwrap_or(u64::MAX);
        let count = self.waiting.partition_point(|&moment| self.moments[moment].at < until);
        let new: Vec<usize> = self.waiting.drain(..count).collect();
        let writes = new.iter().any(|&moment| matches!(self.moments[moment].what, Deed::Write(..)));
        let roles = if writes { self.roles() } else { Roles::default() };
        let mut given = self.given;
        let events = new.iter().map(|&moment| {
            let moment = &self.moments[moment];
            given = given.max(moment.at);
            self.shown(given, moment, &roles)
        });
        let events = events.collect();
        self.given = given;
        events
    }

    /// What needs nothing but a translation.
    fn take_plain(&mut self, at: u64, told: &Told) {
        let main_thread = |pid: u32| Who { pid, tid: pid };
        match told {
            Told::Thread { pid, tid, on } => {
                self.threads.push(Thread { pid: *pid, is: Is::Thread(*tid) });
                let Some(new) = self.actor(Who { pid: *pid, tid: *tid }) else { return };
                self.add_of(at, Who { pid: *pid, tid: on.unwrap_or(*pid) }, What::Thread(new.thread));
            }
            Told::ThreadNamed { who, name } => {
                if let Some(actor) = self.actor(*who) {
                    self.thread_names.insert(actor, name.clone());
                }
            }
            Told::Mapped { by, memory, bytes, inherited } => {
                let (bytes, inherited, memory) = (*bytes, *inherited, self.name_of(memory));
                self.add_of(at, *by, What::Map { memory, bytes, inherited });
            }
            Told::Marked { by, text } => {
                let task = self.running.get(&by.tid).and_then(|tasks| tasks.last().copied());
                if let Some(actor) = task.or_else(|| self.actor(*by)) {
                    self.add(at, actor, Deed::Plain(What::Mark(text.clone())));
                }
            }
            Told::Task { by, task, step } => self.task(at, *by, *task, step),
            Told::ThreadEnded(who) => self.add_of(at, *who, What::ThreadEnd),
            Told::Sent { from, signal, to } => {
                let to = to.and_then(|pid| self.process(pid));
                self.add_of(at, *from, What::Send { signal: signal_name(*signal), to });
            }
            Told::Received { to, signal } => self.add_of(at, *to, What::Receive(signal_name(*signal))),
            Told::WaitBegan { by, call, of, look } => self.wait_began(at, *by, call, of, *look),
            Told::WaitEnded { by, .. } if self.asleep.remove(&(by.pid, by.tid)) => {
                self.add_of(at, *by, What::Awake);
            }
            Told::WaitEnded { by, collected } => {
                let collected = collected.and_then(|pid| self.process(pid));
                self.add_of(at, *by, What::Waited { collected });
            }
            Told::SleepBegan { by, call } => self.add_of(at, *by, What::Sleep(call.clone())),
            Told::SleepEnded(who) => self.add_of(at, *who, What::Awake),
            Told::FutexWaitBegan { by, at: futex } => {
                let futex = self.name_of(futex);
                self.add_of(at, *by, What::FutexWait(futex));
            }
            Told::ThreadWaitBegan { by, of } => {
                let what = self.actor(*of).map_or(What::Sleep("futex".into()), |of| What::Join(of.thread));
                self.add_of(at, *by, what);
            }
            Told::EndWaitBegan { by, call, bytes_from, room_in } => {
                let mut names = |things: &[Thing]| things.iter().map(|thing| self.name_of(thing)).collect();
                let (bytes_from, room_in) = (names(bytes_from), names(room_in));
                self.add_of(at, *by, What::EndWait { call: call.clone(), bytes_from, room_in });
            }
            Told::EndOfFile { by, of } => {
                let of = self.name_of(of);
                self.add_of(at, *by, What::EndOfFile(of));
            }
            Told::Put { by, bytes, into } => {
                let (bytes, into) = (*bytes, self.name_of(into));
                self.add_of(at, *by, What::Put { bytes, into });
            }
            Told::Got { by, bytes, out_of, from } => {
                let from = from.iter().filter_map(|who| self.actor(*who)).collect();
                let (bytes, out_of) = (*bytes, self.name_of(out_of));
                self.add_of(at, *by, What::Got { bytes, out_of, from });
            }
            Told::Woken { who, by } => {
                let what = self.actor(*by).map_or(What::Awake, |by| What::Woken { by });
                self.add_of(at, *who, what);
            }
            Told::Orphaned { pid } => self.add_of(at, main_thread(*pid), What::Orphaned),
            Told::Reaped { pid } => self.add_of(at, main_thread(*pid), What::Reaped),
            _ => {}
        }
    }

    fn task(&mut self, at: u64, by: Who, number: u64, step: &TaskStep) {
        if let TaskStep::Begins(_) = step {
            self.threads.push(Thread { pid: by.pid, is: Is::Task(number) });
        }
        let Some(process) = self.process(by.pid) else { return };
        let Some(thread) = self.thread(by.pid, Is::Task(number)) else { return };
        let Some(on) = self.actor(by) else { return };
        let task = Actor { process, thread };
        let running = self.running.entry(by.tid).or_default();
        let (actor, what) = match step {
            TaskStep::Begins(name) => {
                self.thread_names.insert(task, name.clone());
                (on, What::Task(thread))
            }
            TaskStep::Runs => {
                running.push(task);
                (task, What::Runs { on: on.thread })
            }
            TaskStep::Rests => {
                running.retain(|other| *other != task);
                (task, What::Rests)
            }
            TaskStep::Ends => (task, What::ThreadEnd),
        };
        self.add(at, actor, Deed::Plain(what));
    }

    fn started(&mut self, at: u64, pid: u32, parent: Option<u32>, on: Option<u32>, by: Option<Birth>) {
        let child = self.processes.len();
        self.processes.push(ProcessSeen { pid, parent, name: None, ending: End::Deadline });
        if let Some(parent) = parent {
            let who = Who { pid: parent, tid: on.unwrap_or(parent) };
            self.add_of(at, who, What::Start { child, by: by.unwrap_or(Birth::Clone) });
        }
    }

    fn named(&mut self, pid: u32, name: Option<String>) {
        if let Some(process) = self.process(pid) {
            self.processes[process].name = name;
        }
    }

    /// A process replaces its program, which ends all of its threads but one.
    fn executed(&mut self, at: u64, pid: u32, program: &str) {
        let Some(process) = self.process(pid) else { return };
        if process == 0 {
            self.begun.get_or_insert(at);
        }
        let others = 1..=self.threads.iter().filter(|thread| thread.pid == pid).count();
        for thread in others {
            let actor = Actor { process, thread };
            let is_end = |what: &Deed| matches!(what, Deed::Plain(What::ThreadEnd));
            if !self.moments.iter().any(|moment| moment.by == actor && is_end(&moment.what)) {
                self.add(at, actor, Deed::Plain(What::ThreadEnd));
            }
        }
        self.add(at, Actor { process, thread: 0 }, Deed::Plain(What::Exec(program.into())));
    }

    fn wait_began(&mut self, at: u64, by: Who, call: &str, of: &[u32], look: bool) {
        let known: Vec<usize> = of.iter().filter_map(|&pid| self.process(pid)).collect();
        if known.is_empty() && !of.is_empty() {
            self.asleep.insert((by.pid, by.tid));
            self.add_of(at, by, What::Sleep(call.into()));
        } else {
            self.add_of(at, by, What::Wait { call: call.into(), of: known, look });
        }
    }

    fn ended(&mut self, at: u64, pid: u32, name: Option<String>, end: End) {
        let Some(process) = self.process(pid) else { return };
        self.processes[process].name = name;
        self.processes[process].ending = end;
        for stream in [Stream::Stdout, Stream::Stderr] {
            let begun = self.outputs[stream as usize].ended(|writer| writer.process == process);
            self.add_pieces(stream, begun);
        }
        self.add_of(at, Who { pid, tid: pid }, What::End(end));
    }

    fn add_of(&mut self, at: u64, who: Who, what: What) {
        if let Some(by) = self.actor(who) {
            self.add(at, by, Deed::Plain(what));
        }
    }

    fn add_pieces(&mut self, stream: Stream, pieces: impl IntoIterator<Item = Piece<Actor>>) {
        for Piece { writer, at, bytes } in pieces {
            self.add(at, writer, Deed::Write(stream, bytes));
        }
    }

    fn add(&mut self, at: u64, by: Actor, what: Deed) {
        if self.begun.is_some() {
            self.moments.push(Moment { at, by, what });
        }
    }

    /// What something is called that threads or processes share: by its name, or else what it is, and its number among those that
    /// are the same and have no name.
    fn name_of(&mut self, thing: &Thing) -> String {
        if let Some(name) = &thing.name {
            return name.clone();
        }
        let key = (thing.kind, thing.number);
        if !self.things.contains(&key) {
            self.things.push(key);
        }
        let mut same = self.things.iter().filter(|(kind, _)| *kind == thing.kind);
        let number = 1 + same.position(|other| *other == key).expect("it was just put there");
        let kind = match thing.kind {
            Kind::Futex => "futex",
            Kind::Pipe => "pipe",
            Kind::SocketPair => "sockets",
            Kind::Eventfd => "eventfd",
            Kind::Memory => "memory",
        };
        format!("{kind} {number}")
    }

    /// The process that had this pid last.
    fn process(&self, pid: u32) -> Option<usize> {
        self.processes.iter().rposition(|process| process.pid == pid)
    }

    fn actor(&self, who: Who) -> Option<Actor> {
        let process = self.process(who.pid)?;
        let thread = if who.tid == who.pid { 0 } else { self.thread(who.pid, Is::Thread(who.tid))? };
        Some(Actor { process, thread })
    }

    /// The number of a thread or task of this process.
    fn thread(&self, pid: u32, is: Is) -> Option<usize> {
        let mut own = self.threads.iter().filter(|thread| thread.pid == pid);
        Some(1 + own.position(|thread| thread.is == is)?)
    }

    /// The processes so far, by the names that they have now. A name can change until its process has ended, and, if
    /// another process takes the same one, until the run has.
    pub fn processes(&self) -> Vec<timeline::Process> {
        let names = roles::names(&self.processes);
        let lanes = names.into_iter().zip(&self.processes).enumerate();
        lanes
            .map(|(at, (name, process))| timeline::Process {
                name,
                parent: process.parent.and_then(|parent| self.process(parent)),
                threads: 1 + self.threads.iter().filter(|thread| thread.pid == process.pid).count(),
                thread_names: self.names_of_threads(at),
                tasks: self.tasks(process.pid),
            })
            .collect()
    }

    fn names_of_threads(&self, process: usize) -> BTreeMap<usize, String> {
        let own = self.thread_names.iter().filter(|(actor, _)| actor.process == process);
        own.map(|(actor, name)| (actor.thread, name.clone())).collect()
    }

    fn tasks(&self, pid: u32) -> BTreeSet<usize> {
        let own = self.threads.iter().filter(|thread| thread.pid == pid);
        let tasks = (1..).zip(own).filter(|(_, thread)| matches!(thread.is, Is::Task(_)));
        tasks.map(|(number, _)| number).collect()
    }

    fn roles(&self) -> Roles {
        let threads = self.threads.iter().filter_map(|thread| match thread.is {
            Is::Thread(tid) => Some(ThreadSeen { tid, pid: thread.pid }),
            Is::Task(_) => None,
        });
        Roles::new(&self.processes, &threads.collect::<Vec<_>>(), self.reaper)
    }

    fn shown(&self, at: u64, moment: &Moment, roles: &Roles) -> timeline::Event {
        let Actor { process, thread } = moment.by;
        let what = match &moment.what {
            Deed::Plain(what) => what.clone(),
            Deed::Write(to, bytes) => {
                What::Write { to: *to, text: text(&roles.replace_beside(&self.recorded, bytes)) }
            }
        };
        let at = at.saturating_sub(self.begun.unwrap_or(0)) / 1000;
        timeline::Event { at, process, thread, what }
    }

    /// The run, when it is over.
    ///
    /// # Errors
    ///
    /// When something was written that no process of the run was seen to write.
    pub fn finish(self) -> Result<timeline::Run, Unclaimed> {
        for stream in [Stream::Stdout, Stream::Stderr] {
            let bytes = self.outputs[stream as usize].unclaimed();
            if !bytes.is_empty() {
                return Err(Unclaimed { stream, text: text(&bytes) });
            }
        }
        Ok(self.whole())
    }

    /// What came out of both outputs and is in no event yet, for its writer has not been told of.
    pub fn unclaimed(&self) -> Vec<u8> {
        self.outputs.iter().flat_map(Writers::unclaimed).collect()
    }

    /// What came out of both outputs and will be in no event, for its writer is not known.
    pub fn strays(&self) -> Vec<u8> {
        self.outputs.iter().flat_map(Writers::strays).copied().collect()
    }

    /// The run as far as it is known, with the lines that are not complete yet.
    pub fn so_far(&self) -> timeline::Run {
        self.clone().whole()
    }

    fn whole(mut self) -> timeline::Run {
        for stream in [Stream::Stdout, Stream::Stderr] {
            let rest = self.outputs[stream as usize].ended(|_| true);
            self.add_pieces(stream, rest);
        }
        self.moments.sort_by_key(|moment| moment.at);
        let roles = self.roles();
        let events: Vec<_> =
            self.moments.iter().map(|moment| self.shown(moment.at, moment, &roles)).collect();
        let over = events.last().map_or(0, |event| event.at);
        timeline::Run { over, processes: self.processes(), events }
    }

    /// The pid that a process of the timeline has, or had.
    pub fn pid(&self, process: usize) -> Option<u32> {
        self.processes.get(process).map(|process| process.pid)
    }
}

/// Lines as a page shows them, each with its newline.
fn text(bytes: &[u8]) -> String {
    let newline = if bytes.ends_with(b"\n") { "\n" } else { "" };
    shown(bytes).join("\n") + newline
}

/// Output of a run that no process of it was seen to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclaimed {
    /// Where it was written.
    pub stream: Stream,
    /// The output.
    pub text: String,
}

impl fmt::Display for Unclaimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no process was seen to write {:?} to {:?}", self.text, self.stream)
    }
}

impl std::error::Error for Unclaimed {}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: Who = Who { pid: 7, tid: 7 };
    const CHILD: Who = Who { pid: 8, tid: 8 };

    /// A builder of a run with a child, which is in its program.
    fn begun() -> Builder {
        let mut builder = Builder::default();
        let start = |pid, parent| Told::Started { pid, parent, on: None, by: Some(Birth::Fork) };
        let exec = Told::Exec { pid: 7, name: "it".into(), program: "it".into() };
        for what in [start(7, None), exec, start(8, Some(7))] {
            builder.take(&Event { at: 0, what });
        }
        builder
    }

    fn wrote(by: Who, text: &str) -> Told {
        Told::Wrote { by, stream: Stream::Stdout, bytes: text.into() }
    }

    fn read(text: &str) -> Told {
        Told::Output { stream: Stream::Stdout, bytes: text.into() }
    }

    /// What this adds at that microsecond, each with its time.
    fn take(builder: &mut Builder, micros: u64, what: Told) -> Vec<(u64, String)> {
        let events = builder.take(&Event { at: micros * 1000, what }).into_iter();
        let words = events.map(|event| match event.what {
            What::Write { text, .. } => (event.at, text),
            other => (event.at, format!("{other:?}")),
        });
        words.collect()
    }

    #[test]
    fn what_follows_two_writes_at_once_waits_until_it_is_known_who_was_first() {
        let mut builder = begun();
        assert_eq!(take(&mut builder, 1, read("child\nmain\n")), []);
        assert_eq!(take(&mut builder, 1, wrote(MAIN, "main\n")), []);
        assert_eq!(take(&mut builder, 2, Told::ThreadEnded(MAIN)), [], "the child wrote before");
        let all = [(1, "child\n".into()), (1, "main\n".into()), (2, "ThreadEnd".into())];
        assert_eq!(take(&mut builder, 3, wrote(CHILD, "child\n")), all);
        assert_eq!(take(&mut builder, 4, Told::ThreadEnded(CHILD)), [(4, "ThreadEnd".into())]);
    }

    #[test]
    fn a_write_that_never_comes_out_of_the_pipe_holds_nothing_up_for_long() {
        let mut builder = begun();
        assert_eq!(take(&mut builder, 1, wrote(MAIN, "elsewhere\n")), []);
        assert_eq!(take(&mut builder, 2, Told::ThreadEnded(MAIN)), []);
        let both = [(2, "ThreadEnd".into()), (1_000_001, "ThreadEnd".into())];
        assert_eq!(take(&mut builder, 1_000_001, Told::ThreadEnded(CHILD)), both);
    }

    #[test]
    fn a_line_without_an_end_is_given_when_none_can_come_any_more() {
        let mut builder = begun();
        assert_eq!(take(&mut builder, 1, read("begun")), []);
        assert_eq!(take(&mut builder, 1, wrote(CHILD, "begun")), []);
        assert_eq!(take(&mut builder, 5, Told::ThreadEnded(MAIN)), [(5, "ThreadEnd".into())]);
        let end = Told::Ended { pid: 8, name: None, end: End::Exit(0) };
        assert_eq!(take(&mut builder, 9, end), [(5, "begun".into()), (9, "End(Exit(0))".into())]);
        assert_eq!(builder.so_far().events[2].at, 1, "the timeline tells when it was written");
    }
}
