//! Follows every process of a run from its birth to its end, with ptrace(2).
//!
//! Tracing is what tells which numbers were pids, in a run whose short-lived processes no reading of `/proc` would
//! catch. The tracees are *seized*: a new process is traced from before its first instruction, stops for job
//! control keep their meaning, and `PTRACE_O_EXITKILL` kills all of them should the supervisor itself be
//! killed. Each stop is answered at once, so a traced run differs from another only in speed.
//!
//! Where ptrace is refused, the same code follows the main process alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use nix::{
    sys::ptrace::{self, Options},
    unistd::Pid,
};

use crate::{
    end::End,
    event::What,
    outbox::Outbox,
    procfs::{self, Names},
    sys::{self, Change},
};

/// The processes of one run.
pub(crate) struct Tracer {
    main: u32,
    ending: Option<End>,
    /// Why ptrace was refused.
    pub(crate) refused: Option<String>,
    /// The processes that have not ended.
    living: BTreeMap<u32, Process>,
    /// The threads beside the main ones, of traced processes that have not ended.
    threads: BTreeSet<u32>,
    /// Set when everything is to end: from then on a stopped tracee stays stopped until it is killed.
    killing: bool,
}

struct Process {
    born: Names,
    last: Names,
    /// Its `comm` comes from the file it executed, and is no name that it gave itself.
    replaced: bool,
}

impl Tracer {
    /// Follows `main`, which waits to be let go and has started no process yet.
    pub(crate) fn new(main: u32, trace: bool, outbox: &mut Outbox) -> Tracer {
        let options = Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEVFORK
            | Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEEXEC
            | Options::PTRACE_O_TRACEEXIT
            | Options::PTRACE_O_EXITKILL;
        let refused = if trace {
            ptrace::seize(pid(main), options).err().map(|e| format!("ptrace: {}", e.desc()))
        } else {
            Some("not asked for".into())
        };
        let (living, threads) = (BTreeMap::new(), BTreeSet::new());
        let mut tracer = Tracer { main, ending: None, refused, living, threads, killing: false };
        tracer.began(main, None, outbox);
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

    /// Takes in every change there is. `false` when no process is left, of this run or adopted from it.
    pub(crate) fn take_changes(&mut self, outbox: &mut Outbox) -> bool {
        loop {
            match sys::next_change() {
                Ok(Some((tid, Change::Stopped { signal, event }))) => {
                    self.stopped(tid, signal, event, outbox)
                }
                Ok(Some((tid, Change::Exited(code)))) => self.ended(tid, End::Exit(code), outbox),
                Ok(Some((tid, Change::Signaled(signal)))) => self.ended(tid, End::Signal(signal), outbox),
                Ok(None) => return true,
                // ECHILD, the only error that waitpid(2) can give here
                Err(_) => return false,
            }
        }
    }

    fn began(&mut self, pid: u32, parent: Option<u32>, outbox: &mut Outbox) {
        let names = procfs::names(pid).unwrap_or_default();
        self.living.insert(pid, Process { born: names.clone(), last: names, replaced: false });
        outbox.put(What::Started { pid, parent });
    }

    /// A process or thread that may be new. Of a birth the parent's event and the child's first stop are both
    /// seen, in either order; the parent's is lost when the parent is killed at that moment.
    fn seen(&mut self, tid: u32, creator: Option<u32>, outbox: &mut Outbox) {
        if self.living.contains_key(&tid) || self.threads.contains(&tid) {
            return;
        }
        let Some((process, parent)) = procfs::process_of(tid) else { return };
        if process != tid {
            self.threads.insert(tid);
            outbox.put(What::Thread { pid: process, tid });
            return;
        }
        // The parent in /proc knows of CLONE_PARENT, and of a fork made by a thread; it is us for an orphan.
        let parent = [Some(parent), creator].into_iter().flatten().find(|pid| self.living.contains_key(pid));
        self.began(tid, parent, outbox);
    }

    fn stopped(&mut self, tracee: Pid, signal: i32, event: i32, outbox: &mut Outbox) {
        let tid = number(tracee);
        self.seen(tid, None, outbox);
        let mut deliver = 0;
        match event {
            0 => deliver = signal,
            libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => {
                self.note_names(tid);
                if let Some(new) = message(tracee) {
                    self.seen(new, Some(tid), outbox);
                }
            }
            libc::PTRACE_EVENT_EXEC => self.replaced(tracee, outbox),
            libc::PTRACE_EVENT_EXIT => {
                self.note_names(tid);
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
            let _ = sys::resume(tracee, deliver);
        }
    }

    /// After an exec one thread is left, whichever called it, and it has the process's pid.
    fn replaced(&mut self, tracee: Pid, outbox: &mut Outbox) {
        if let Some(former) = message(tracee) {
            self.threads.remove(&former);
        }
        self.note_names(number(tracee));
        let main = self.main;
        if let Some(process) = self.living.get_mut(&number(tracee)) {
            process.replaced = true;
            if number(tracee) == main {
                // Before, it was a copy of the supervisor.
                process.born = process.last.clone();
            }
            outbox.put(What::Exec { pid: number(tracee), name: process.last.argv0.clone() });
        }
    }

    fn note_names(&mut self, pid: u32) {
        if let Some(process) = self.living.get_mut(&pid) {
            process.last = procfs::names(pid).unwrap_or_else(|| process.last.clone());
        }
    }

    fn ended(&mut self, tid: Pid, end: End, outbox: &mut Outbox) {
        let tid = number(tid);
        // What is in neither is an orphan of an untraced run, or a tracee that its own parent left to us as a zombie.
        if self.threads.remove(&tid) {
            return;
        }
        let Some(process) = self.living.remove(&tid) else { return };
        let end = match end {
            End::Signal(libc::SIGKILL) if self.killing => End::Deadline,
            end => end,
        };
        if tid == self.main {
            self.ending = Some(end);
        }
        outbox.put(What::Ended { pid: tid, name: process.given_name(), end });
    }
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
        let renamed = !self.replaced && self.last.comm != self.born.comm;
        renamed.then(|| self.last.comm.clone())
    }
}

/// The number that comes with an event: a new pid, or a former tid.
fn message(tracee: Pid) -> Option<u32> {
    ptrace::getevent(tracee).ok()?.try_into().ok()
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
