//! Follows every process of a run from its birth to its end, with ptrace(2).
//!
//! Tracing is what tells which numbers were pids, in a run whose short-lived processes no reading of `/proc` would
//! catch. The tracees are *seized*: a new process is traced from before its first instruction, stops for job
//! control keep their meaning, and `PTRACE_O_EXITKILL` kills all of them should the supervisor itself be
//! killed. Each stop is answered at once, so a traced run differs from another only in speed.
//!
//! A run that is traced in detail stops at some system calls as well, those that a seccomp filter picks out.
//! Rejected: to stop at all of them (`PTRACE_SYSCALL`), which leaves `/proc/self/status` as it is, but makes a small
//! program ten times as slow, so that a figure shows little else.
//!
//! Where ptrace is refused, the same code follows the main process alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process,
    time::{Duration, Instant},
};

use libc::c_long;
use nix::{
    errno::Errno,
    sys::{
        ptrace::{self, Options},
        signal::Signal,
    },
    unistd::Pid,
};

use crate::{
    calls::{Calls, Remains},
    end::End,
    event::{Birth, What, Who},
    kill,
    outbox::Outbox,
    output::Output,
    procfs::{self, Names},
    sys::{self, CallStop, Change},
    tracee::Tracee,
};

/// A program may start this many times as many processes and threads as there may be at once. A chain of them, each of which
/// starts the next and ends, is never more than two.
pub(crate) const CROWDS_IN_ALL: usize = 10;

/// How long to take in changes without a look at the clock.
const TURN: Duration = Duration::from_millis(50);

/// Which changes have been taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// All that there were; a signal will tell of the next one.
    All,
    /// Some; there may be more, of which no signal tells any more.
    Some,
    /// All that there will be: no process is left, of this run or adopted from it.
    NothingLeft,
}

/// The processes of one run.
pub(crate) struct Tracer {
    main: u32,
    ending: Option<End>,
    /// Why ptrace was refused.
    pub(crate) refused: Option<String>,
    /// The processes that have not ended.
    living: BTreeMap<u32, Process>,
    /// The threads beside the main ones, of traced processes that have not ended.
    threads: BTreeMap<u32, Thread>,
    /// What the threads do, where the run is traced in detail.
    calls: Option<Calls>,
    /// How many processes and threads there may be at once, and a part of those that there may be in all.
    crowd_limit: usize,
    /// How many there have been.
    born: usize,
    /// Set when everything is to end: from then on a stopped tracee stays stopped until it is killed.
    killing: bool,
}

struct Process {
    /// The process of the run that is its parent.
    parent: Option<u32>,
    /// Its main thread has ended before the others.
    headless: bool,
    /// The name that was told last.
    told: Option<String>,
    born: Names,
    last: Names,
    /// The `comm` that it has had from its birth, or from the file that it executed: not a name that it gave itself.
    plain: String,
}

/// A thread beside the main one of its process.
struct Thread {
    process: u32,
    /// The name of the thread that started it, which it has until it takes its own.
    born: String,
    /// The name that was told last.
    told: Option<String>,
}

impl Tracer {
    /// Follows `main`, which waits to be let go and has started no process yet: with `calls` in detail, and not at all
    /// if `refused` says why not.
    pub(crate) fn new(
        main: u32,
        refused: Option<String>,
        calls: Option<Calls>,
        crowd_limit: usize,
        outbox: &mut Outbox,
    ) -> Tracer {
        let refused = refused.or_else(|| seize(main).err().map(|e| format!("ptrace: {}", e.desc())));
        outbox.put(What::Supervised { by: process::id(), untraced: refused.clone() });
        let (living, threads) = (BTreeMap::new(), BTreeMap::new());
        let calls = calls.filter(|_| refused.is_none());
        let mut tracer = Tracer {
            main,
            ending: None,
            refused,
            living,
            threads,
            calls,
            crowd_limit,
            born: 0,
            killing: false,
        };
        tracer.began(main, None, None, outbox);
        tracer
    }

    /// How the main process ended; `None` while it runs.
    pub(crate) fn ending(&self) -> Option<End> {
        self.ending
    }

    /// From now on nothing that stops goes on, and what is killed counts as having reached the deadline.
    pub(crate) fn kill(&mut self) {
        self.killing = true;
    }

    /// Whether there are more processes and threads than may be.
    pub(crate) fn is_crowded(&self) -> bool {
        let unborn = self.calls.as_ref().map_or(0, Calls::unborn);
        let at_once = self.living.len() + self.threads.len() + unborn;
        !self.killing
            && (at_once > self.crowd_limit || self.born > self.crowd_limit.saturating_mul(CROWDS_IN_ALL))
    }

    /// Whether this is a process of the run that has not ended.
    pub(crate) fn follows(&self, pid: u32) -> bool {
        self.living.contains_key(&pid)
    }

    /// Takes in the changes there are, for a while: processes that start others without end must not keep us from the
    /// clock. What a process wrote before it stopped is read before that stop is looked at.
    pub(crate) fn take_changes(&mut self, outputs: &mut [Output], outbox: &mut Outbox) -> Taken {
        let begun = Instant::now();
        while begun.elapsed() < TURN {
            // With each round there may be twice as many.
            if self.is_crowded() {
                break;
            }
            let (changes, any_left) = changes();
            if changes.is_empty() {
                return if any_left { Taken::All } else { Taken::NothingLeft };
            }
            for output in &mut *outputs {
                output.read_once(outbox);
            }
            for (tid, change) in changes {
                match change {
                    Change::Stopped { signal, event } => self.stopped(tid, signal, event, outbox),
                    Change::Exited(code) => self.ended(tid, End::Exit(code), outbox),
                    Change::Signaled(signal) => self.ended(tid, End::Signal(signal), outbox),
                }
            }
            let slipped = self.calls.as_mut().map(Calls::slipped).unwrap_or_default();
            if !self.killing && !slipped.into_iter().all(|tid| tid.is_some_and(|tid| self.catch(tid, outbox)))
            {
                self.catch_all(outbox);
            }
        }
        Taken::Some
    }

    /// Tells of sleeps that go on, and lets events leave whose place is certain. Gives the time until there may be another sleep.
    pub(crate) fn tell_long_sleeps(&mut self, outbox: &mut Outbox) -> Option<Duration> {
        match &mut self.calls {
            Some(calls) => calls.tell_long_sleeps(outbox),
            None => {
                outbox.settle(outbox.now());
                None
            }
        }
    }

    /// Whether every thread of the run sleeps, each until another one does something. Nothing but a signal from outside can
    /// change that. To be told only of a run that is traced in detail.
    pub(crate) fn is_stuck(&self) -> bool {
        let Some(calls) = &self.calls else { return false };
        let mains = self.living.iter().filter(|(_, process)| !process.headless).map(|(&pid, _)| pid);
        let threads: Vec<u32> = mains.chain(self.threads.keys().copied()).collect();
        let Some(bonds) = calls.bonds(&threads) else { return false };
        let within = bonds.iter().flat_map(|bond| &bond.processes).all(|pid| self.living.contains_key(pid));
        let asleep = || threads.iter().map(|&tid| procfs::asleep(tid)).collect::<Option<Vec<_>>>();
        let before = asleep();
        let pipes: BTreeSet<u64> = bonds.iter().filter_map(|bond| bond.pipe).collect();
        let known = |pid: u32| self.living.contains_key(&pid);
        // Who slept before and after, and has not been awake in between, slept at one moment with all the others.
        within && before.is_some() && !procfs::are_held(&pipes, known) && before == asleep()
    }

    /// Follows a thread that was born without a tracer. A program has to cheat for that: it changes the flags of a `clone3` while we
    /// look at them, or has them where we cannot change them. What it gets so can start nothing itself, since the filter lets no
    /// call succeed that should stop for a tracer. Gives whether the thread is one of this run, and followed.
    fn catch(&mut self, tid: u32, outbox: &mut Outbox) -> bool {
        let me = process::id();
        if self.living.contains_key(&tid) || self.threads.contains_key(&tid) {
            return true;
        }
        let Some((process, _)) = procfs::process_of(tid) else { return false };
        if !procfs::is_below(process, me) {
            return false;
        }
        if !procfs::is_traced(tid) {
            match seize(tid) {
                Ok(()) => self.seen(tid, None, outbox),
                // One that does not let itself be traced cannot stay.
                Err(_) => kill::send(process, me, Signal::SIGKILL),
            }
        }
        true
    }

    /// Does so with all that there are. A number that a call gives may mean another process, in a pid namespace of its own.
    fn catch_all(&mut self, outbox: &mut Outbox) {
        for pid in procfs::living_below(process::id()) {
            for tid in procfs::threads(pid) {
                self.catch(tid, outbox);
            }
        }
    }

    fn began(&mut self, pid: u32, parent: Option<u32>, made: Option<Made>, outbox: &mut Outbox) {
        let names = procfs::names(pid).unwrap_or_default();
        let (headless, told) = (false, None);
        let plain = names.comm.clone();
        let process = Process { parent, headless, told, born: names.clone(), last: names, plain };
        self.living.insert(pid, process);
        self.born += 1;
        let (on, by) = made.map(|made| (made.on, made.by)).unzip();
        outbox.put(What::Started { pid, parent, on, by });
    }

    /// A process or thread that may be new. Of a birth the parent's event and the child's first stop are both
    /// seen, in either order; the parent's is lost when the parent is killed at that moment.
    fn seen(&mut self, tid: u32, made: Option<Made>, outbox: &mut Outbox) {
        if self.living.contains_key(&tid) || self.threads.contains_key(&tid) {
            return;
        }
        let Some((process, parent)) = procfs::process_of(tid) else { return };
        let made_in = |parent| {
            let (on, by) = self.calls.as_ref()?.bearing(parent, process != tid)?;
            Some(Made { on, by })
        };
        if process != tid {
            let made = made.or_else(|| made_in(process));
            let born = procfs::comm(tid).unwrap_or_default();
            self.threads.insert(tid, Thread { process, born, told: None });
            self.born += 1;
            outbox.put(What::Thread { pid: process, tid, on: made.map(|made| made.on) });
            return;
        }
        // The parent in /proc knows of CLONE_PARENT, and of a fork made by a thread; it is us for an orphan.
        let creator = made.map(|made| self.who(made.on).pid);
        let parent = [Some(parent), creator].into_iter().flatten().find(|pid| self.living.contains_key(pid));
        let made = made.or_else(|| made_in(parent?));
        self.began(tid, parent, made, outbox);
        // Until it executes a program, the child of a vfork has the memory of its parent itself.
        if let Some(calls) = self.calls.as_ref().filter(|_| made.is_none_or(|made| made.by != Birth::Vfork)) {
            calls.inherits(tid, outbox);
        }
    }

    fn stopped(&mut self, tracee: Pid, signal: i32, event: i32, outbox: &mut Outbox) {
        /// `PTRACE_O_TRACESYSGOOD` sets this bit in the stops at system calls.
        const AT_CALL: i32 = libc::SIGTRAP | 0x80;
        let tid = number(tracee);
        self.seen(tid, None, outbox);
        let mut deliver = 0;
        match event {
            0 if signal == AT_CALL => self.at_call(tracee, outbox),
            libc::PTRACE_EVENT_SECCOMP => self.at_call(tracee, outbox),
            0 => {
                deliver = signal;
                if self.calls.is_some() && !procfs::ignores(tid, signal) {
                    outbox.put(What::Received { to: self.who(tid), signal });
                }
            }
            libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => {
                self.bore(tracee, event, outbox);
            }
            libc::PTRACE_EVENT_EXEC => self.replaced(tracee, outbox),
            libc::PTRACE_EVENT_EXIT => {
                self.ending_thread(tid, outbox);
                // A killed process may stop here once more before it ends, so this one always goes on.
                let _ = sys::resume(tracee, 0);
                return;
            }
            libc::PTRACE_EVENT_STOP if is_group_stop(signal) && !self.killing => {
                let _ = sys::listen(tracee);
                return;
            }
            _ => {}
        }
        if !self.killing {
            // ESRCH: killed meanwhile, and its end is on its way.
            let _ = match self.calls.as_ref().is_some_and(|calls| calls.is_open(tid)) {
                true => sys::resume_to_call(tracee, deliver),
                false => sys::resume(tracee, deliver),
            };
        }
    }

    fn at_call(&mut self, tracee: Pid, outbox: &mut Outbox) {
        let who = self.who(number(tracee));
        if who.pid != self.main && self.living.get(&who.pid).is_some_and(|process| process.told.is_none()) {
            // So what it does from here on is told with its name.
            self.note_names(who.pid, outbox);
        }
        if self.threads.get(&who.tid).is_some_and(|thread| thread.told.is_none()) {
            self.note_name_of_thread(who.tid, outbox);
        }
        let Some(calls) = &mut self.calls else { return };
        match sys::call_stop(tracee) {
            Some(CallStop::Entry { number, args }) => {
                if calls.is_untold_output(who.tid, number, args) {
                    // The program writes it in another way, as it does to a file that cannot be spliced. ESRCH: killed
                    // meanwhile.
                    let _ = sys::refuse(tracee, Errno::EINVAL);
                    return;
                }
                keep_traced(tracee, number, args[0]);
                calls.entered(who, number, args, outbox);
            }
            Some(CallStop::Exit { result }) => calls.left(who, result, outbox),
            None => {}
        }
    }

    fn bore(&mut self, tracee: Pid, event: i32, outbox: &mut Outbox) {
        let on = number(tracee);
        self.note_names(on, outbox);
        let by = match event {
            libc::PTRACE_EVENT_FORK => Birth::Fork,
            libc::PTRACE_EVENT_VFORK => Birth::Vfork,
            _ => Birth::Clone,
        };
        if let Some(new) = message(tracee) {
            self.seen(new, Some(Made { on, by }), outbox);
        }
        if let Some(calls) = &mut self.calls {
            calls.bore(on, outbox);
        }
    }

    /// After an exec one thread is left, whichever called it, and it has the process's pid.
    fn replaced(&mut self, tracee: Pid, outbox: &mut Outbox) {
        let pid = number(tracee);
        if let Some(former) = message(tracee) {
            self.threads.remove(&former);
            if let Some(calls) = &mut self.calls {
                calls.forget(former);
                calls.forget(pid);
            }
        }
        let main = self.main;
        if let Some(process) = self.living.get_mut(&pid) {
            process.last = procfs::names(pid).unwrap_or_else(|| process.last.clone());
            process.plain = process.last.comm.clone();
            if pid == main {
                // Before, it was a copy of the supervisor.
                process.born = process.last.clone();
            }
            let program = procfs::program(pid).unwrap_or_default();
            outbox.put(What::Exec { pid, name: process.last.argv0.clone(), program });
        }
        self.note_names(pid, outbox);
    }

    fn note_names(&mut self, pid: u32, outbox: &mut Outbox) {
        let Some(process) = self.living.get_mut(&pid) else { return };
        process.last = procfs::names(pid).unwrap_or_else(|| process.last.clone());
        if self.calls.is_some() {
            let name = process.given_name();
            if name != process.told {
                process.told.clone_from(&name);
                outbox.put(What::Named { pid, name });
            }
        }
    }

    fn note_name_of_thread(&mut self, tid: u32, outbox: &mut Outbox) {
        let Some(thread) = self.threads.get_mut(&tid).filter(|_| self.calls.is_some()) else { return };
        let Some(name) = procfs::comm(tid) else { return };
        if name != thread.born && thread.told.as_ref() != Some(&name) {
            thread.told = Some(name.clone());
            outbox.put(What::ThreadNamed { who: Who { pid: thread.process, tid }, name });
        }
    }

    /// A thread is about to end: alone, with its process, or as its last one.
    fn ending_thread(&mut self, tid: u32, outbox: &mut Outbox) {
        self.note_names(tid, outbox);
        self.note_name_of_thread(tid, outbox);
        let who = self.who(tid);
        let Some(calls) = &mut self.calls else { return };
        calls.ending(tid, outbox);
        if !calls.is_leaving(tid) {
            return;
        }
        let others =
            self.threads.iter().filter(|(other, thread)| thread.process == who.pid && **other != tid).count();
        let Some(process) = self.living.get_mut(&who.pid) else { return };
        if others > 0 || (tid != who.pid && !process.headless) {
            process.headless |= tid == who.pid;
            outbox.put(What::ThreadEnded(who));
        }
    }

    fn ended(&mut self, tid: Pid, end: End, outbox: &mut Outbox) {
        let pid = number(tid);
        if let Some(calls) = &mut self.calls {
            calls.forget(pid);
        }
        if self.threads.remove(&pid).is_some() {
            return;
        }
        let end = match end {
            End::Signal(libc::SIGKILL) if self.killing => End::Deadline,
            end => end,
        };
        let Some(process) = self.living.remove(&pid) else {
            // An orphan that is not traced, or one whose end was told already and that its parent has left to us.
            if self.calls.as_mut().is_some_and(|calls| calls.inherited(pid)) {
                outbox.put(What::Reaped { pid });
            }
            return;
        };
        if pid == self.main {
            self.ending = Some(end);
        }
        outbox.put(What::Ended { pid, name: process.given_name(), end });
        self.find_collector(pid, process.parent, outbox);
    }

    /// Who is to collect a process that has ended? Whoever traces a process is told of its end before its parent is.
    fn find_collector(&mut self, pid: u32, parent: Option<u32>, outbox: &mut Outbox) {
        let Some(calls) = &mut self.calls else { return };
        let gone = !procfs::exists(pid);
        let remains = match parent {
            None => None,
            Some(parent) if gone && procfs::has_ended(parent) => Some(Remains::Inherited),
            // Being told has collected it, if its parent ignores its end.
            Some(parent) if gone && (!calls.is_collecting(parent) || procfs::gives_up_children(parent)) => {
                None
            }
            Some(_) => Some(if gone { Remains::Nothing } else { Remains::Zombie }),
        };
        match (parent, remains) {
            (Some(parent), Some(remains)) => calls.collectable(pid, parent, remains),
            _ => outbox.put(What::Reaped { pid }),
        }
        for (orphan, remains) in calls.left_by(pid) {
            if remains != Remains::Nothing && !self.killing {
                outbox.put(What::Orphaned { pid: orphan });
            }
            if remains != Remains::Zombie {
                outbox.put(What::Reaped { pid: orphan });
            }
        }
        if self.killing {
            return;
        }
        for (&orphan, process) in &mut self.living {
            if process.parent == Some(pid) {
                process.parent = None;
                outbox.put(What::Orphaned { pid: orphan });
            }
        }
    }

    fn who(&self, tid: u32) -> Who {
        Who { pid: self.threads.get(&tid).map_or(tid, |thread| thread.process), tid }
    }
}

/// The changes that have come, and whether any process is left for another one.
///
/// The kernel gives them in no particular order. Ends come first here: a thread that has stopped may have stopped because
/// it saw another one end, but none has ended because of what another one is about to do.
fn changes() -> (Vec<(Pid, Change)>, bool) {
    let (mut ends, mut stops) = (vec![], vec![]);
    loop {
        match sys::next_change() {
            Ok(Some((tid, change @ Change::Stopped { .. }))) => stops.push((tid, change)),
            // Killed after it had stopped.
            Ok(Some(end)) if stops.iter().any(|(stopped, _)| *stopped == end.0) => stops.push(end),
            Ok(Some(end)) => ends.push(end),
            Ok(None) => return ([ends, stops].concat(), true),
            // ECHILD, the only error that waitpid(2) can give here
            Err(_) => return ([ends, stops].concat(), false),
        }
    }
}

/// How a process or thread was made, and by which thread.
#[derive(Clone, Copy, Debug)]
struct Made {
    on: u32,
    by: Birth,
}

impl Process {
    /// The name that the process took after its birth: its `argv[0]` if that is another program's than the one it
    /// was born with, or else its `comm` if it set that itself.
    fn given_name(&self) -> Option<String> {
        let program = |argv0| Path::new(argv0).file_name().unwrap_or_default().to_owned();
        if program(&self.last.argv0) != program(&self.born.argv0) {
            let plain = Path::new(&self.last.argv0).is_absolute();
            let name = if plain {
                program(&self.last.argv0).to_string_lossy().into()
            } else {
                self.last.argv0.clone()
            };
            return Some(name).filter(|name| !name.is_empty());
        }
        // A program that was started from `/proc/self/exe`, and was killed before its execve could be told.
        let begun = self.last.comm == "exe";
        (self.last.comm != self.plain && !begun).then(|| self.last.comm.clone())
    }
}

/// Takes `CLONE_UNTRACED` out of a call to `clone` or `clone3`: in a process without a tracer the calls that the filter
/// picks out would fail. No program can see whether the flag had an effect, but for its own `TracerPid`.
fn keep_traced(tracee: Pid, number: c_long, first: u64) {
    let flag = libc::CLONE_UNTRACED as u64;
    // ESRCH: killed meanwhile.
    let _ = match number {
        libc::SYS_clone if first & flag != 0 => sys::set_first_argument(tracee, first & !flag),
        // Its argument is the address of a structure, of which the flags are the first field.
        libc::SYS_clone3 => Tracee(self::number(tracee)).clear(first, flag),
        _ => Ok(()),
    };
}

/// The number that comes with an event: a new pid, or a former tid.
fn message(tracee: Pid) -> Option<u32> {
    ptrace::getevent(tracee).ok()?.try_into().ok()
}

/// Traces a thread from now on, and all that it makes.
fn seize(tid: u32) -> nix::Result<()> {
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_TRACEEXIT
        | Options::PTRACE_O_TRACESECCOMP
        | Options::PTRACE_O_EXITKILL;
    ptrace::seize(pid(tid), options)
}

fn is_group_stop(signal: i32) -> bool {
    matches!(signal, libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU)
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(number as i32)
}

fn number(pid: Pid) -> u32 {
    pid.as_raw() as u32
}
