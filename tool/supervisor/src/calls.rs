//! The system calls that the threads of a run are in, told from their entry to their exit.

use std::{collections::BTreeMap, mem, time::Duration};

use libc::c_long;

use crate::{
    call::{self, Answer, Bond, Call, Pipes},
    event::{Birth, Stream, What, Who},
    outbox::Outbox,
    procfs,
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
    pub(crate) fn new(pipes: Pipes, limit: usize) -> Calls {
        Calls {
            pipes,
            room: [limit; 2],
            open: BTreeMap::new(),
            ended: BTreeMap::new(),
            arranged: false,
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
            _ => {}
        }
        let mut open = Open::new(who, call, number, args);
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
            let asleep = open.told || !matches!(open.call, Call::Sleep(_));
            // Asked for now, not at the entry: to find out takes reading, which most calls need not wait for.
            asleep.then(|| call::bond(Tracee(*tid), open.number, open.args, self.pipes))?
        };
        threads.iter().map(bond).collect::<Option<_>>().filter(|_| !self.arranged)
    }

    /// The call of a thread is over, or the thread is.
    fn over(&mut self, tid: u32, collected: Option<u32>, outbox: &mut Outbox) {
        let Some(mut open) = self.open.remove(&tid) else { return };
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

    /// The thread of this process that is making another one, and how.
    pub(crate) fn bearing(&self, pid: u32) -> Option<(u32, Birth)> {
        self.open.iter().find_map(|(&tid, open)| match open.call {
            Call::Bear { by, .. } if open.who.pid == pid => Some((tid, by)),
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
        Open { who, call, number, args, since, switches, told, interrupted }
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
        let Call::Sleep(name) = self.call else { return };
        if !self.told
            && Duration::from_nanos(outbox.now() - self.since) >= time
            && procfs::switches(self.who.tid).saturating_sub(self.switches) >= switches
        {
            self.told = true;
            outbox.put_at(self.since, What::SleepBegan { by: self.who, call: name.into() });
        }
    }
}

/// Whether a result, which no program sees, says that a signal has interrupted the call: `ERESTARTSYS`,
/// `ERESTARTNOINTR`, `ERESTARTNOHAND` or `ERESTART_RESTARTBLOCK` of the kernel's own `errno.h`.
fn is_restart(result: i64) -> bool {
    matches!(-result, 512..=514 | 516)
}
