//! Who collects a child that has ended, and when; and what happens to children when this process exits.
//!
//! A child that has ended stays in the process table, a zombie, until its parent collects it. Nothing outside this
//! module does. Each started child is one [`Watched`], known to the handle that the program holds and to the
//! [`Children`] of this process. It is collected by the thread that waits for it, or, when its handle has been dropped, by
//! the next start. Dropping a handle never waits.
//!
//! A forkserver's children are the server's to collect. Each is watched by its pidfd like any other, and how it ended is
//! asked of the server; see [`Reporter`].

mod intake;

pub(crate) use intake::Intake;

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::error::ExitStatus;
use crate::sys::child::{self, Block, Handle, Waited};
use crate::sys::{poll, this};

/// How long a daemon that has been sent SIGTERM may take before it is sent SIGKILL.
const GRACE: Duration = Duration::from_secs(1);

/// How long the exit of this process waits for starts that other threads have begun.
const BEGUN: Duration = Duration::from_secs(1);

/// How long a child that has ended may take to become its parent's to collect. A tracer, such as a debugger, comes first.
const TRACED: Duration = Duration::from_millis(20);

/// How long the kernel may take to collect a child whose forkserver is gone.
const ADOPTED: Duration = Duration::from_secs(1);

/// How long to pause where nothing says when to look again.
const PAUSE: Duration = Duration::from_millis(1);

/// How a child ended, as far as it can still be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    With(ExitStatus),
    /// Other code of this process has collected its status.
    Lost,
    /// Its status went to another process when its forkserver had been killed.
    LostWithServer,
}

/// What knows how another process's children ended.
pub(crate) trait Reporter: Send + Sync {
    /// How the child of that number, which has ended, did so, if that has come. Never waits. `late` says that the child
    /// ended so long ago that nothing more will come from the kernel.
    fn ended(&self, id: u64, child: &Handle, late: bool) -> Option<Ended>;

    /// Waits until something new has come, or until the deadline.
    fn listen(&self, deadline: Instant);

    /// The answer about that child has been noted and will not be asked for again.
    fn noted(&self, id: u64);
}

/// What takes part in the exit of this process. At exit the last one that was added comes first.
pub(crate) trait Attendant: Send + Sync {
    /// Called before daemons are terminated and the other children joined.
    fn before_children(&self) {}

    /// Called when the children have ended.
    fn after_children(&self) {}

    /// Called in a copy of this process: what this holds is the original's. Another thread may have held its locks when the
    /// copy was made, so they can only be tried.
    fn forget(&self);
}

/// Who collects a child.
pub(crate) enum Collector {
    /// This process.
    Own,
    /// Another one, that reports the child by this number.
    Other(Arc<dyn Reporter>, u64),
}

/// A child that has not been collected when it is made, and is once `ended` says how it ended.
pub(crate) struct Watched {
    pub(crate) name: String,
    pub(crate) daemon: bool,
    /// The child forms a process group, to which signals go.
    own_group: bool,
    handle: Handle,
    /// Those among which it is, which are of the process that started it.
    among: &'static Children,
    collector: Collector,
    /// The program has no handle of it any more by which it could be joined.
    let_go: AtomicBool,
    ended: Mutex<Option<Ended>>,
    /// When it was first seen to have ended.
    since: OnceLock<Instant>,
}

impl Watched {
    pub(crate) fn pid(&self) -> u32 {
        self.handle.pid
    }

    /// The process that started it, if that is not this one but one of which this is a copy.
    pub(crate) fn foreign_starter(&self) -> Option<u32> {
        (!self.among.is_this_process()).then_some(self.among.of)
    }

    /// How it ended, if that is known already.
    pub(crate) fn known(&self) -> Option<Ended> {
        if self.foreign_starter().is_some() { None } else { *lock(&self.ended) }
    }

    /// Waits until the child has ended or the deadline has come; `None` if it is still running then, or if it cannot be
    /// known yet how it ended. A signal does not cut the wait short.
    ///
    /// It waits without collecting and without a lock, so that several threads, and the exit of the program, can wait
    /// for one child. Then one of them collects it.
    // ANCHOR: wait
    pub(crate) fn wait(&self, deadline: Option<Instant>) -> io::Result<Option<Ended>> {
        if let Some(ended) = *lock(&self.ended) {
            return Ok(Some(ended));
        }
        if !poll::is_ready(self.as_fd(), deadline)? {
            return Ok(None);
        }
        self.collect(deadline)
    }
    // ANCHOR_END: wait

    // ANCHOR: collect
    fn collect(&self, deadline: Option<Instant>) -> io::Result<Option<Ended>> {
        let since = *self.since.get_or_init(Instant::now);
        loop {
            let mut ended = lock(&self.ended);
            if ended.is_some() {
                // Another thread was first.
                return Ok(*ended);
            }
            if let Some(found) = self.ask(since)? {
                *ended = Some(found);
                drop(ended);
                self.among.remove(self);
                return Ok(Some(found));
            }
            drop(ended);
            // A tracer has to let go of the child, other code is collecting it, or a report is on its way.
            let now = Instant::now();
            let patience = match self.collector {
                Collector::Own => Some(since + TRACED),
                Collector::Other(..) => None,
            };
            let until = deadline.map(|deadline| patience.map_or(deadline, |patience| deadline.max(patience)));
            if until.is_some_and(|until| until <= now) {
                return Ok(None);
            }
            self.pause(until.unwrap_or(now + GRACE).min(now + GRACE));
        }
    }
    // ANCHOR_END: collect

    /// How it ended, if that can be said now.
    fn ask(&self, since: Instant) -> io::Result<Option<Ended>> {
        match &self.collector {
            Collector::Own => Ok(match child::wait(self.as_fd(), Block::No)? {
                Waited::Running | Waited::Elsewhere => None,
                Waited::Ended(status) => Some(Ended::With(status)),
                Waited::Collected => Some(Ended::Lost),
            }),
            Collector::Other(reporter, id) => {
                let ended = reporter.ended(*id, &self.handle, since.elapsed() > ADOPTED);
                if ended.is_some() {
                    reporter.noted(*id);
                }
                Ok(ended)
            }
        }
    }

    fn pause(&self, until: Instant) {
        match &self.collector {
            Collector::Own => poll::pause(PAUSE),
            Collector::Other(reporter, _) => reporter.listen(until),
        }
    }

    /// The program lets go of the child. It is collected now if it has ended, otherwise by a later start, or at exit.
    pub(crate) fn let_go(&self) {
        self.let_go.store(true, Ordering::Relaxed);
        self.collect_if_ended();
    }

    /// Collects the child if it has ended and that can be done now.
    pub(crate) fn collect_if_ended(&self) {
        if self.among.is_this_process() {
            let _ = self.wait(Some(Instant::now()));
        }
    }

    /// Sends a signal to the child, unless it has been collected, or to what is left of its group. A copy of the process that
    /// started it may not.
    pub(crate) fn signal(&self, signal: i32) -> io::Result<()> {
        if let Some(starter) = self.foreign_starter() {
            let why = format!("it was started by process {starter}, of which this one is a copy");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        if !(1..=64).contains(&signal) {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        // While the lock is held the child is not collected, and its number stays its own.
        let ended = lock(&self.ended);
        match ended.is_some() {
            _ if self.own_group => child::signal_group(&self.handle, signal).map(drop),
            true => Ok(()),
            false => child::signal(self.as_fd(), signal).map(drop),
        }
    }

    /// Whether the process has ended. That can be told before it is known how.
    pub(crate) fn has_ended(&self) -> io::Result<bool> {
        Ok(self.known().is_some() || poll::is_ready(self.as_fd(), Some(Instant::now()))?)
    }
}

impl AsFd for Watched {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.handle.pidfd.as_fd()
    }
}

/// The children of a process, and what else takes part in its exit.
pub(crate) struct Children {
    /// The pid of the process whose children they are. A copy of that process has a copy of this value, too.
    of: u32,
    list: Mutex<List>,
    changed: Condvar,
    attendants: Mutex<Vec<Arc<dyn Attendant>>>,
}

struct List {
    /// Those that have not been collected, in the order in which they were started.
    children: Vec<Arc<Watched>>,
    /// Process groups of forkservers that have ended. In them are children that stood by, which this process has to collect
    /// if it adopts orphans.
    strays: Vec<u32>,
    /// How many starts have begun and not come to an end.
    starting: usize,
    /// The process exits, and starts no more.
    ending: bool,
}

/// A start that has begun. The exit of the process waits for it.
pub(crate) struct Starting(&'static Children);

impl Drop for Starting {
    fn drop(&mut self) {
        if self.0.is_this_process() {
            lock(&self.0.list).starting -= 1;
            self.0.changed.notify_all();
        }
    }
}

impl Children {
    pub(crate) fn of(pid: u32) -> Children {
        Children {
            of: pid,
            list: Mutex::new(List { children: Vec::new(), strays: Vec::new(), starting: 0, ending: false }),
            changed: Condvar::new(),
            attendants: Mutex::new(Vec::new()),
        }
    }

    fn is_this_process(&self) -> bool {
        self.of == this::pid()
    }

    /// Begins a start, unless this process exits already.
    pub(crate) fn begin_start(&'static self) -> Option<Starting> {
        let mut list = lock(&self.list);
        if list.ending {
            return None;
        }
        list.starting += 1;
        Some(Starting(self))
    }

    /// Begins to watch a child that has been started.
    pub(crate) fn add(
        &'static self,
        name: String,
        daemon: bool,
        own_group: bool,
        handle: Handle,
        collector: Collector,
    ) -> Arc<Watched> {
        let (ended, since) = (Mutex::new(None), OnceLock::new());
        let let_go = AtomicBool::new(false);
        let child = Watched { name, daemon, own_group, handle, among: self, collector, let_go, ended, since };
        let child = Arc::new(child);
        lock(&self.list).children.push(Arc::clone(&child));
        child
    }

    fn remove(&self, child: &Watched) {
        lock(&self.list).children.retain(|known| !std::ptr::eq(&**known, child));
    }

    /// Has the processes of a group collected that may be given to this one when their parent, the group's first, has ended.
    pub(crate) fn add_strays(&self, group: u32) {
        lock(&self.list).strays.push(group);
    }

    /// The children that have not ended, in the order in which they were started.
    pub(crate) fn running(&self) -> Vec<Arc<Watched>> {
        let children = lock(&self.list).children.clone();
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let ended = poll::poll(&fds, Some(Instant::now())).unwrap_or_else(|_| vec![false; fds.len()]);
        children.into_iter().zip(ended).filter(|(_, ended)| !ended).map(|(child, _)| child).collect()
    }

    /// Collects what has ended and has no handle any more.
    pub(crate) fn collect_let_go(&self) {
        let (let_go, strays): (Vec<_>, _) = {
            let mut list = lock(&self.list);
            let let_go = list.children.iter().filter(|child| child.let_go.load(Ordering::Relaxed)).cloned();
            (let_go.collect(), std::mem::take(&mut list.strays))
        };
        for stray in strays.into_iter().filter(|&stray| !child::collect_group(stray)) {
            self.add_strays(stray);
        }
        let fds: Vec<_> = let_go.iter().map(|child| child.as_fd()).collect();
        if fds.is_empty() {
            return;
        }
        let ended = poll::poll(&fds, Some(Instant::now())).unwrap_or_default();
        for (child, _) in let_go.iter().zip(ended).filter(|(_, ended)| *ended) {
            child.collect_if_ended();
        }
    }

    pub(crate) fn add_attendant(&self, attendant: Arc<dyn Attendant>) {
        lock(&self.attendants).push(attendant);
    }

    pub(crate) fn remove_attendant(&self, attendant: &Arc<dyn Attendant>) {
        lock(&self.attendants).retain(|known| !Arc::ptr_eq(known, attendant));
    }

    /// In a copy of the process whose children they are: lets go of what is the original's.
    pub(crate) fn forget(&self) {
        if let Ok(attendants) = self.attendants.try_lock() {
            attendants.iter().for_each(|attendant| attendant.forget());
        }
    }

    /// Called when this process exits: on the thread that exits, when the thread's locals may be gone already. So nothing
    /// here prints or panics.
    pub(crate) fn end(&self) {
        let mut list = lock(&self.list);
        if std::mem::replace(&mut list.ending, true) {
            return;
        }
        if list.starting > 0 {
            let begun = |list: &mut List| list.starting > 0;
            let waited = self.changed.wait_timeout_while(list, BEGUN, begun);
            list = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let children = list.children.clone();
        drop(list);
        // Copied, so that no lock is held during a wait.
        let attendants = lock(&self.attendants).clone();
        attendants.iter().rev().for_each(|attendant| attendant.before_children());
        end_children(children);
        attendants.iter().rev().for_each(|attendant| attendant.after_children());
        let strays = std::mem::take(&mut lock(&self.list).strays);
        for stray in strays {
            child::collect_group(stray);
        }
    }
}

// ANCHOR: end_children
fn end_children(children: Vec<Arc<Watched>>) {
    if children.is_empty() {
        return;
    }
    let (mut daemons, others): (Vec<_>, Vec<_>) = children.into_iter().partition(|child| child.daemon);
    // A daemon that may not be sent a signal is not waited for.
    daemons.retain(|daemon| daemon.signal(libc::SIGTERM).is_ok());
    for child in others {
        // This fails when other code has closed the child's descriptor; such a child is not waited for.
        let _ = child.wait(None);
    }
    let deadline = Instant::now() + GRACE;
    daemons.retain(|daemon| matches!(daemon.wait(Some(deadline)), Ok(None)));
    daemons.retain(|daemon| daemon.signal(libc::SIGKILL).is_ok());
    let deadline = Instant::now() + GRACE;
    for daemon in daemons {
        let _ = daemon.wait(Some(deadline));
    }
}
// ANCHOR_END: end_children

/// A lock that a panic elsewhere does not poison: every change under it is one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
