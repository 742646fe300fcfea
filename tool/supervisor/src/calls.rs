//! The system calls that the threads of a run are in, told from their entry to their exit.

use std::{collections::BTreeMap, mem, time::Duration};

use libc::c_long;
use marks::wire::Said;

use crate::{
    call::{self, Answer, Bond, Call, Pipes},
    event::{Birth, Stream, TaskStep, What, Who},
    locks::{Awaited, Locks},
    memory::Memory,
    messages::{AtEnds, Messages, Transfer},
    outbox::Outbox,
    procfs,
    request::Extras,
    tracee::Tracee,
};

/// A sleep that is over within this time is not told of: it would hide those that matter.
const SHORT: Duration = Duration::from_micros(200);
/// How long a sleep goes on before it is told of, in case it does not end.
const LONG: Duration = Duration::from_millis(10);
/// When to look again at a thread that is in a call for that long and has not been asleep.
const AGAIN: Duration = Duration::from_millis(1);
/// How often a thread gives up its processor that has been asleep and then stopped for us.
const AND_STOPPED: u64 = 2;
/// How long other events wait for a thread that may be asleep. One that has to wait so long for a processor sleeps later.
const UNDECIDED: Duration = Duration::from_millis(100);

/// What the threads of a run are doing in the kernel.
pub(crate) struct Calls {
    pipes: Pipes,
    /// How many bytes of each output are still told of.
    room: [usize; 2],
    open: BTreeMap<u32, Open>,
    /// The processes that have ended and of which nobody is known to have collected them.
    ended: BTreeMap<u32, Ended>,
    /// The kernel may still do something that was arranged with it.
    arranged: bool,
    extras: Extras,
    locks: Locks,
    messages: Messages,
    memory: Memory,
    /// The processes and threads that calls have made and of which the kernel has not told us; `None` for one that is not known.
    slipped: Vec<Option<u32>>,
}

struct Ended {
    /// Whose it is to collect; ours when that one has ended.
    parent: Option<u32>,
    remains: Remains,
}

/// What is left of a process once its tracer has been told of its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remains {
    /// A zombie, for its parent to collect.
    Zombie,
    /// Nothing: it is being collected, or its parent had set SA_NOCLDWAIT, which is not to be seen from outside.
    Nothing,
    /// Nothing: we have collected it, since its parent has ended, whose end is told next.
    Inherited,
}

/// A call that a thread has entered and not left.
struct Open {
    who: Who,
    call: Call,
    /// What it waits for at a futex, where that is to be told.
    awaited: Option<Awaited>,
    /// What it moves, where that is to be told.
    transfer: Option<Transfer>,
    /// What it waits for at the ends of pipes and the like, where that is to be told.
    at_ends: Option<AtEnds>,
    number: c_long,
    args: [u64; 6],
    /// When it was entered, in nanoseconds of the run.
    since: u64,
    /// How often the thread had given up its processor by then.
    switches: u64,
    /// It was said to be asleep.
    told: bool,
    /// A signal has interrupted it, and the kernel may restart it.
    interrupted: bool,
}

impl Calls {
    /// No calls yet. Of each output, `limit` bytes are told of.
    pub(crate) fn new(pipes: Pipes, limit: usize, extras: Extras) -> Calls {
        Calls {
            pipes,
            room: [limit; 2],
            open: BTreeMap::new(),
            ended: BTreeMap::new(),
            arranged: false,
            extras,
            locks: Locks::default(),
            messages: Messages::default(),
            memory: Memory::default(),
            slipped: vec![],
        }
    }

    /// A thread enters a call.
    pub(crate) fn entered(&mut self, who: Who, number: c_long, args: [u64; 6], outbox: &mut Outbox) {
        if let Some(open) = self.open.get_mut(&who.tid)
            && (number == libc::SYS_restart_syscall || (number, args) == (open.number, open.args))
        {
            open.interrupted = false;
            return;
        }
        // It was interrupted, and what the thread does now is something else.
        self.over(who.tid, None, outbox);
        let Some(call) = call::read(Tracee(who.tid), number, args, self.pipes) else { return };
        match &call {
            Call::Send { signal, to } => {
                outbox.put(What::Sent { from: who, signal: *signal, to: *to });
                return;
            }
            Call::Wait { name, of, look, .. } => {
                let (call, of) = (name.to_string(), of.clone());
                outbox.put(What::WaitBegan { by: who, call, of, look: *look });
            }
            Call::Arrange => {
                self.arranged = true;
                return;
            }
            Call::Say { address, length } => {
                self.said(who, *address, *length, outbox);
                return;
            }
            Call::Wake { most } => {
                if self.extras.locks && self.wakes(who, args, *most, outbox) {
                    self.open.insert(who.tid, Open::new(who, call, number, args));
                }
                return;
            }
            _ => {}
        }
        let mut open = Open::new(who, call, number, args);
        if self.extras.locks && number == libc::SYS_futex {
            open.awaited = Some(self.locks.awaited(who, args));
        }
        if self.extras.messages && matches!(open.call, Call::Sleep(_)) {
            let (tracee, ends) = (Tracee(who.tid), call::ends(number, args));
            open.transfer = ends.and_then(|ends| self.messages.transfer(tracee, ends));
            if let Some(Transfer { into: Some(into), .. }) = open.transfer {
                self.messages.write_begins(into, who);
            }
            let awaited = match (open.transfer, ends) {
                // It reads nothing away, and may wait for bytes or for room.
                _ if number == libc::SYS_tee => None,
                (Some(transfer), Some(ends)) => ends.are(&transfer).then(|| vec![transfer]),
                _ => call::polled(tracee, number, args).and_then(|ends| self.messages.polled(tracee, &ends)),
            };
            open.at_ends = awaited.map(|transfers| self.messages.awaited(&transfers));
        }
        open.begin(outbox);
        self.open.insert(who.tid, open);
    }

    /// A thread leaves the call that it entered last, with this result.
    pub(crate) fn left(&mut self, who: Who, result: i64, outbox: &mut Outbox) {
        let Some(open) = self.open.get_mut(&who.tid) else { return };
        if is_restart(result) {
            open.interrupted = true;
            return;
        }
        let mut collected = None;
        match open.call.clone() {
            Call::Wait { answer, .. } => collected = self.collected(Tracee(who.tid), answer, result),
            Call::Write { stream, pieces } => self.wrote(who, stream, &pieces, result, outbox),
            Call::Wake { .. } => self.locks.has_woken(who, result),
            Call::Map => {
                let mapped = self.memory.mapped(Tracee(who.tid), result.cast_unsigned());
                if let Some((memory, bytes)) = mapped {
                    outbox.put(What::Mapped { by: who, memory, bytes, inherited: false });
                }
            }
            Call::Pair { kind, address } if result == 0 => {
                self.messages.paired(Tracee(who.tid), kind, address);
            }
            Call::Sleep(_) if open.transfer.is_some() && result > 0 => {
                return self.moved(who.tid, result.unsigned_abs(), outbox);
            }
            Call::Sleep(_) if open.transfer.is_some() && result == 0 => {
                return self.moved_nothing(who.tid, outbox);
            }
            Call::Sleep(_) if result == 0 && open.awaited.is_some() => return self.woken(who.tid, outbox),
            Call::Bear { born: false, .. } if result > 0 => self.slipped.push(u32::try_from(result).ok()),
            _ => {}
        }
        self.over(who.tid, collected, outbox);
    }

    /// Whether the thread is in a call of which the end is to be told.
    pub(crate) fn is_open(&self, tid: u32) -> bool {
        self.open.get(&tid).is_some_and(|open| !open.interrupted)
    }

    /// What these threads wait for; `None` if one of them does anything else, or if it is not known yet that it sleeps.
    pub(crate) fn bonds(&self, threads: &[u32]) -> Option<Vec<Bond>> {
        let bond = |tid: &u32| {
            let open = self.open.get(tid).filter(|open| !open.interrupted)?;
            let asleep = match open.call {
                Call::Wait { .. } => true,
                Call::Sleep(_) => open.told,
                _ => false,
            };
            // Asked for now, not at the entry: to find out takes reading, which most calls need not wait for.
            asleep.then(|| call::bond(Tracee(*tid), open.number, open.args, self.pipes))?
        };
        threads.iter().map(bond).collect::<Option<_>>().filter(|_| !self.arranged)
    }

    /// The program says something of itself.
    fn said(&mut self, by: Who, address: u64, length: usize, outbox: &mut Outbox) {
        /// No program has to say more at once.
        const MOST: usize = 4096;
        let bytes = Tracee(by.tid).bytes(address, length.min(MOST)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let step = |task, step| What::Task { by, task, step };
        let what = match Said::read(&text).filter(|_| self.extras.marks) {
            None => return,
            Some(Said::Memory { address, length, name }) => {
                return self.locks.name(by, address, length, name);
            }
            Some(Said::End { descriptor, name }) => {
                return self.messages.name(Tracee(by.tid), descriptor, name);
            }
            Some(Said::Mark(text)) => What::Marked { by, text: text.to_owned() },
            Some(Said::TaskBegins { task, name }) => step(task, TaskStep::Begins(name.to_owned())),
            Some(Said::TaskRuns(task)) => step(task, TaskStep::Runs),
            Some(Said::TaskRests(task)) => step(task, TaskStep::Rests),
            Some(Said::TaskEnds(task)) => step(task, TaskStep::Ends),
        };
        outbox.put(what);
    }

    /// A thread wakes others. Gives whether it is of interest what comes out of it.
    fn wakes(&mut self, who: Who, args: [u64; 6], most: u64, outbox: &Outbox) -> bool {
        let awaited = self.open.values().filter_map(|open| match &open.awaited {
            Some(Awaited::Wake(place, _)) => Some(place),
            _ => None,
        });
        self.locks.wakes(who, args, most, outbox.now(), awaited)
    }

    /// A thread that has waited at a futex was woken.
    fn woken(&mut self, tid: u32, outbox: &mut Outbox) {
        let Some(mut open) = self.open.remove(&tid) else { return };
        if !open.told {
            open.tell_sleep(outbox);
        }
        let waker = match &open.awaited {
            Some(Awaited::Wake(place, _)) => self.locks.waker(place),
            _ => None,
        };
        match waker {
            Some((by, at)) => outbox.put_at(at.max(open.since), What::Woken { who: open.who, by }),
            None => outbox.put(What::SleepEnded(open.who)),
        }
    }

    /// A thread has written or read so many bytes.
    fn moved(&mut self, tid: u32, bytes: u64, outbox: &mut Outbox) {
        let Some(mut open) = self.open.remove(&tid) else { return };
        open.tell_if_slept(SHORT, AND_STOPPED, outbox);
        let by = open.who;
        let Transfer { into, out_of } = open.transfer.unwrap_or_default();
        if let Some(channel) = out_of {
            let from = self.messages.read(channel, bytes);
            let out_of = self.messages.thing(channel);
            outbox.put(What::Got { by, bytes, out_of, from });
        }
        if let Some(channel) = into {
            self.messages.wrote(channel, by, bytes);
            // Others may have read it before the call was over.
            let at = if open.told { outbox.now() } else { open.since };
            outbox.put_at(at, What::Put { by, bytes, into: self.messages.thing(channel) });
        }
    }

    /// A thread has written or read no bytes, without an error.
    fn moved_nothing(&mut self, tid: u32, outbox: &mut Outbox) {
        let Some(open) = self.open.get(&tid) else { return };
        let Transfer { into, out_of } = open.transfer.unwrap_or_default();
        let asks = || call::asks_for_bytes(Tracee(tid), open.number, open.args);
        let ended = out_of.filter(|&channel| self.messages.has_ended(channel) && asks());
        if let (None, Some(channel)) = (out_of, into) {
            self.messages.wrote_nothing(channel);
        }
        let Some(channel) = ended else { return self.over(tid, None, outbox) };
        let Some(mut open) = self.open.remove(&tid) else { return };
        if let Some(into) = into {
            self.messages.wrote(into, open.who, 0);
        }
        open.tell_if_slept(SHORT, AND_STOPPED, outbox);
        outbox.put(What::EndOfFile { by: open.who, of: self.messages.thing(channel) });
    }

    /// The call of a thread is over, or the thread is.
    fn over(&mut self, tid: u32, collected: Option<u32>, outbox: &mut Outbox) {
        let Some(mut open) = self.open.remove(&tid) else { return };
        if let Some(Transfer { into: Some(into), .. }) = open.transfer {
            self.messages.wrote(into, open.who, 0);
        }
        match open.call {
            Call::Wait { .. } => outbox.put(What::WaitEnded { by: open.who, collected }),
            _ => {
                open.tell_if_slept(SHORT, AND_STOPPED, outbox);
                if open.told {
                    outbox.put(What::SleepEnded(open.who));
                }
            }
        }
    }

    fn wrote(&mut self, by: Who, stream: Stream, pieces: &[(u64, usize)], result: i64, outbox: &mut Outbox) {
        let room = &mut self.room[stream as usize];
        let mut left = usize::try_from(result).unwrap_or(0).min(*room);
        *room -= left;
        let mut bytes = vec![];
        for &(address, length) in pieces {
            let length = length.min(left);
            bytes.extend(Tracee(by.tid).bytes(address, length).unwrap_or_default());
            left -= length;
        }
        if !bytes.is_empty() {
            outbox.put(What::Wrote { by, stream, bytes });
        }
    }

    fn collected(&mut self, tracee: Tracee, answer: Answer, result: i64) -> Option<u32> {
        let pid = match answer {
            Answer::Pid => u32::try_from(result).ok(),
            Answer::Info(address, target) if result == 0 => tracee.child(address).or(target),
            Answer::Info(..) | Answer::Nobody => None,
        };
        // Others have been stopped or continued.
        pid.filter(|pid| self.ended.remove(pid).is_some())
    }

    /// The kernel says that this thread has made a process or a thread.
    pub(crate) fn bore(&mut self, tid: u32, outbox: &Outbox) {
        match self.open.get_mut(&tid) {
            Some(open @ Open { call: Call::Bear { by: Birth::Vfork, .. }, .. }) => {
                let Call::Bear { name, .. } = open.call else { return };
                open.call = Call::Sleep(name);
                open.begin(outbox);
            }
            Some(Open { call: Call::Bear { born, .. }, .. }) => *born = true,
            _ => {}
        }
    }

    /// Tells what a new process has of its parent.
    pub(crate) fn inherits(&self, pid: u32, outbox: &mut Outbox) {
        let by = Who { pid, tid: pid };
        for (memory, bytes) in self.memory.inherited(Tracee(pid)) {
            outbox.put(What::Mapped { by, memory, bytes, inherited: true });
        }
    }

    /// How many threads are making a process or a thread that is not known yet.
    pub(crate) fn unborn(&self) -> usize {
        self.open.values().filter(|open| matches!(open.call, Call::Bear { born: false, .. })).count()
    }

    /// What may have been born unseen since this was asked last.
    pub(crate) fn slipped(&mut self) -> Vec<Option<u32>> {
        mem::take(&mut self.slipped)
    }

    /// Whether a call would put something into an output unseen.
    pub(crate) fn is_untold_output(&self, tid: u32, number: c_long, args: [u64; 6]) -> bool {
        call::is_untold_output(Tracee(tid), number, args, self.pipes)
    }

    /// The thread of this process that is making a thread, or a process, of which the kernel has not told yet; and how.
    pub(crate) fn bearing(&self, pid: u32, a_thread: bool) -> Option<(u32, Birth)> {
        self.open.iter().find_map(|(&tid, open)| match open.call {
            Call::Bear { by, thread, born: false, .. } if open.who.pid == pid && thread == a_thread => {
                Some((tid, by))
            }
            _ => None,
        })
    }

    /// Whether the thread is ending, and not because its process is.
    pub(crate) fn is_leaving(&self, tid: u32) -> bool {
        self.open.get(&tid).is_some_and(|open| open.call == Call::Leave)
    }

    /// A thread is about to end.
    pub(crate) fn ending(&mut self, tid: u32, outbox: &mut Outbox) {
        if let Some(open) = self.open.get_mut(&tid) {
            open.tell_if_slept(SHORT, AND_STOPPED, outbox);
        }
    }

    /// A thread has ended, or another one has taken its place.
    pub(crate) fn forget(&mut self, tid: u32) {
        self.locks.forget(tid);
        self.messages.forget(tid);
        // One that was killed does not come back from its call.
        let open = self.open.remove(&tid);
        if open.is_some_and(|open| matches!(open.call, Call::Bear { born: false, .. })) {
            self.slipped.push(None);
        }
    }

    /// Tells of sleeps that have lasted long, and lets events leave that happened before those which may turn out to be sleeps.
    /// Gives the time until there may be another.
    pub(crate) fn tell_long_sleeps(&mut self, outbox: &mut Outbox) -> Option<Duration> {
        let (mut next, mut settled) = (None, outbox.now());
        for open in self.open.values_mut() {
            open.tell_if_slept(LONG, 1, outbox);
            if matches!(open.call, Call::Sleep(_)) && !open.told {
                let age = Duration::from_nanos(outbox.now() - open.since);
                // One that is due has to wait for a processor, and may not lose it to a supervisor that asks all the time.
                let left = LONG.saturating_sub(age).max(AGAIN);
                next = Some(next.map_or(left, |next: Duration| next.min(left)));
                if age < UNDECIDED {
                    settled = settled.min(open.since);
                }
            }
        }
        let since = outbox.now().saturating_sub(UNDECIDED.as_nanos() as u64);
        if let Some(at) = self.locks.undecided(since) {
            settled = settled.min(at);
            next = Some(next.map_or(UNDECIDED, |next| next.min(UNDECIDED)));
        }
        outbox.settle(settled);
        next
    }

    /// A process of the run has ended, and this parent may collect it.
    pub(crate) fn collectable(&mut self, pid: u32, parent: u32, remains: Remains) {
        self.ended.insert(pid, Ended { parent: Some(parent), remains });
    }

    /// We have collected a child of ours of which the end was told before, if of any. Whether that is to be told now: not
    /// before the end of the parent that has left it to us.
    pub(crate) fn inherited(&mut self, pid: u32) -> bool {
        if let Some(ended @ Ended { parent: Some(_), .. }) = self.ended.get_mut(&pid) {
            ended.remains = Remains::Inherited;
            return false;
        }
        self.ended.remove(&pid).is_some()
    }

    /// Whether a thread of this process waits to collect a child.
    pub(crate) fn is_collecting(&self, pid: u32) -> bool {
        let collects = |call: &Call| matches!(call, Call::Wait { answer, .. } if *answer != Answer::Nobody);
        self.open.values().any(|open| open.who.pid == pid && collects(&open.call))
    }

    /// What this process, which has ended itself, has not collected.
    pub(crate) fn left_by(&mut self, parent: u32) -> Vec<(u32, Remains)> {
        let left = self.ended.iter_mut().filter(|(_, ended)| ended.parent == Some(parent));
        let left = left.map(|(&pid, ended)| {
            ended.parent = None;
            (pid, ended.remains)
        });
        let left = left.collect();
        // Of a zombie we are told once more.
        self.ended.retain(|_, ended| ended.parent.is_some() || ended.remains == Remains::Zombie);
        left
    }
}

impl Open {
    fn new(who: Who, call: Call, number: c_long, args: [u64; 6]) -> Open {
        let (since, switches, told, interrupted) = (0, 0, false, false);
        let (awaited, transfer, at_ends) = (None, None, None);
        Open { who, call, awaited, transfer, at_ends, number, args, since, switches, told, interrupted }
    }

    fn begin(&mut self, outbox: &Outbox) {
        self.since = outbox.now();
        if matches!(self.call, Call::Sleep(_)) {
            self.switches = procfs::switches(self.who.tid);
        }
    }

    /// Tells of a sleep that has lasted so long. A thread that was asleep has given up its processor so often, and one
    /// that had to wait for a processor has not.
    fn tell_if_slept(&mut self, time: Duration, switches: u64, outbox: &mut Outbox) {
        if matches!(self.call, Call::Sleep(_))
            && !self.told
            && Duration::from_nanos(outbox.now() - self.since) >= time
            && procfs::switches(self.who.tid).saturating_sub(self.switches) >= switches
        {
            self.tell_sleep(outbox);
        }
    }

    fn tell_sleep(&mut self, outbox: &mut Outbox) {
        let Call::Sleep(name) = self.call else { return };
        self.told = true;
        let by = self.who;
        let what = match &self.awaited {
            Some(Awaited::Wake(_, at)) => What::FutexWaitBegan { by, at: at.clone() },
            Some(Awaited::End(of)) => What::ThreadWaitBegan { by, of: *of },
            None => match self.at_ends.take() {
                Some(AtEnds { bytes_from, room_in }) => {
                    What::EndWaitBegan { by, call: name.into(), bytes_from, room_in }
                }
                None => What::SleepBegan { by, call: name.into() },
            },
        };
        outbox.put_at(self.since, what);
    }
}

/// Whether a result, which no program sees, says that a signal has interrupted the call: `ERESTARTSYS`,
/// `ERESTARTNOINTR`, `ERESTARTNOHAND` or `ERESTART_RESTARTBLOCK` of the kernel's own `errno.h`.
fn is_restart(result: i64) -> bool {
    matches!(-result, 512..=514 | 516)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bears(tid: u32, by: Birth, thread: bool, born: bool) -> (u32, Open) {
        let call = Call::Bear { name: "clone3", by, thread, born };
        (tid, Open::new(Who { pid: 1, tid }, call, libc::SYS_clone3, [0; 6]))
    }

    #[test]
    fn a_birth_belongs_to_the_thread_that_is_making_one_of_its_kind() {
        let mut calls = Calls::new(Pipes([0; 2]), 0, Extras::default());
        // The first thread has made the second one, and its call is not over. The second one forks meanwhile.
        calls.open.extend([bears(1, Birth::Clone, true, true), bears(2, Birth::Fork, false, false)]);
        assert_eq!(calls.bearing(1, false), Some((2, Birth::Fork)));
        assert_eq!(calls.bearing(1, true), None);
        calls.open.extend([bears(1, Birth::Clone, true, false)]);
        assert_eq!(calls.bearing(1, false), Some((2, Birth::Fork)));
        assert_eq!(calls.bearing(1, true), Some((1, Birth::Clone)));
        assert_eq!(calls.bearing(7, false), None);
    }
}
