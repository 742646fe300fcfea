//! This process: who it is, and all that it keeps for the processes that it starts.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::plan::{ParentName, Plan};
use crate::client::Connection;
use crate::error::{InitRefusal, Panic, StartError};
use crate::method::StartMethod;
use crate::sys::numbers::{Inode, beyond_reserved, inode};
use crate::sys::{alive, exit, this};
use crate::wait::Children;
use crate::wire::message::Call;

/// What a forkserver calls itself.
pub(crate) const FORKSERVER: &str = "forkserver";

/// What this process knows of itself and keeps.
///
/// There is one such value for each process. A copy of a process becomes another one by putting another value in its place,
/// in one store; see [`Me::become_`] for children of this crate and [`me`] for copies that other code makes.
pub(crate) struct Me {
    pid: u32,
    /// Whether it may start processes.
    ready: Result<(), InitRefusal>,
    /// Whether it has more rights than the user who started the program.
    pub(crate) has_raised_rights: bool,
    pub(crate) name: String,
    pub(crate) daemon: bool,
    /// The start method that made it; `None` for the program's first process.
    pub(crate) method: Option<StartMethod>,
    /// How many processes each ancestor had started when it started the next one. Empty for the program's first process.
    lineage: Vec<u32>,
    pub(crate) parent: Option<Arc<Parent>>,
    authkey: OnceLock<[u8; 32]>,
    started: AtomicU32,
    /// What to start instead of `/proc/self/exe`.
    executable: Mutex<Option<PathBuf>>,
    /// The start method for processes that name none.
    chosen: Mutex<Option<StartMethod>>,
    handouts: Mutex<Option<&'static Handouts>>,
    pub(crate) children: Children,
    forkserver: Mutex<Forkserver>,
    report: Mutex<Report>,
}

/// The forkserver of this process, and what it is to run first.
#[derive(Clone, Default)]
pub(crate) struct Forkserver {
    pub(crate) connection: Option<Arc<Connection>>,
    /// Those that start no more children, and may have to tell how some have ended.
    pub(crate) retired: Vec<Arc<Connection>>,
    pub(crate) preload: Option<Call>,
}

/// What is to be told about the work of this process.
#[derive(Default)]
pub(crate) struct Report {
    /// Where the outcome goes. The panic hook needs it, because a program built with `panic = "abort"` ends in the hook.
    pub(crate) outcome: Option<super::outcome::OutcomeFile>,
    /// What the last panic of the main thread said. The hook knows the place, `catch_unwind` does not.
    pub(crate) last: Option<Panic>,
}

/// What every child is handed, and what is therefore made once, for the first of them.
pub(crate) struct Handouts {
    /// By which children see that this process is alive.
    pub(crate) alive: alive::Pipe,
    /// `/dev/null`, their standard input.
    pub(crate) empty_input: File,
    /// Which files the two were when they were made.
    inodes: [Option<Inode>; 2],
}

/// The process that started this one, and a view of it.
pub(crate) struct Parent {
    pub(crate) name: ParentName,
    /// It is there as soon as the child is.
    pub(crate) alive: Option<alive::Parent>,
}

/// A `static`, because who a process is has one answer, and code that starts processes has no other way to know
/// whether `init` has been called. What it points to is never freed.
static ME: AtomicPtr<Me> = AtomicPtr::new(ptr::null_mut());

/// What has been put there last, whichever process did it.
#[expect(unsafe_code, reason = "a pointer to something that is never freed")]
fn last() -> Option<&'static Me> {
    // SAFETY: it is null or comes from `become_` or `succeed`, which leak what it points to.
    unsafe { ME.load(Ordering::Acquire).as_ref() }
}

/// This process, if `init` has been called.
pub(crate) fn me() -> Option<&'static Me> {
    let me = last()?;
    Some(if me.pid == this::pid() { me } else { me.succeed() })
}

/// This process, if it may start others, or the reason why not.
pub(crate) fn expect_me() -> Result<&'static Me, StartError> {
    let me = me().ok_or(StartError::NotInitialized)?;
    me.ready.map_err(StartError::InitRefused)?;
    Ok(me)
}

impl Me {
    /// The program's first process.
    pub(super) fn main(ready: Result<(), InitRefusal>) -> Me {
        let pid = this::pid();
        Me {
            pid,
            ready,
            has_raised_rights: this::is_secure(),
            name: "MainProcess".to_owned(),
            daemon: false,
            method: None,
            lineage: Vec::new(),
            parent: None,
            authkey: OnceLock::new(),
            started: AtomicU32::new(0),
            executable: Mutex::new(None),
            chosen: Mutex::new(None),
            handouts: Mutex::default(),
            children: Children::of(pid),
            forkserver: Mutex::default(),
            report: Mutex::default(),
        }
    }

    /// A forkserver, while it runs its hook.
    pub(super) fn server() -> Me {
        Me { name: FORKSERVER.to_owned(), ..Me::main(Err(InitRefusal::Forkserver)) }
    }

    /// A child, which does not see its parent yet. It may be made in the parent, before a fork.
    pub(super) fn child(plan: &Plan) -> Me {
        Me {
            name: plan.name.clone(),
            daemon: plan.daemon,
            method: Some(StartMethod(plan.method)),
            lineage: plan.lineage.clone(),
            parent: Some(Arc::new(Parent { name: plan.parent.clone(), alive: None })),
            authkey: OnceLock::from(plan.authkey),
            chosen: Mutex::new(plan.chosen.map(StartMethod)),
            ..Me::main(Ok(()))
        }
    }

    /// Notes how a child sees its parent.
    pub(super) fn see_parent(&mut self, alive: alive::Parent) {
        if let Some(parent) = self.parent.as_mut().and_then(Arc::get_mut) {
            parent.alive = Some(alive);
        }
    }

    /// Makes this process the one that the value says.
    pub(super) fn become_(mut self: Box<Self>) {
        self.pid = this::pid();
        self.children = Children::of(self.pid);
        ME.store(Box::leak(self), Ordering::Release);
    }

    /// What a copy of this process is that other code has made, and that goes on running the program: the same, but without
    /// children, and with a forkserver of its own. The locks of the original may be held by threads that the copy lacks.
    fn succeed(&self) -> &'static Me {
        fn copied<T: Clone + Default>(value: &Mutex<T>) -> T {
            value.try_lock().map_or_else(|_| T::default(), |value| value.clone())
        }
        let Forkserver { preload, .. } = copied(&self.forkserver);
        let me = Me {
            name: self.name.clone(),
            daemon: self.daemon,
            method: self.method,
            lineage: self.lineage.clone(),
            parent: self.parent.clone(),
            authkey: self.authkey.clone(),
            started: AtomicU32::new(self.started.load(Ordering::Relaxed)),
            executable: Mutex::new(copied(&self.executable)),
            chosen: Mutex::new(copied(&self.chosen)),
            forkserver: Mutex::new(Forkserver { preload, ..Forkserver::default() }),
            ..Me::main(self.ready)
        };
        let me = Box::into_raw(Box::new(me));
        let before = ptr::from_ref(self).cast_mut();
        // Another thread of this copy may have been first.
        if ME.compare_exchange(before, me, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.children.forget();
        }
        last().expect("it has been stored")
    }

    /// What the process whose copy this one is had, which is not for a copy to use.
    pub(super) fn forget_original() {
        if let Some(original) = last() {
            original.children.forget();
        }
    }

    /// The lineage of the next child: 1 for the first, then 2, whichever thread starts it.
    pub(crate) fn next_lineage(&self) -> Vec<u32> {
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        self.lineage.iter().copied().chain([number]).collect()
    }

    /// The key that this process shares with its parent and its children; made when it is first asked for.
    pub(crate) fn authkey(&self) -> io::Result<&[u8; 32]> {
        if let Some(key) = self.authkey.get() {
            return Ok(key);
        }
        let fresh = this::random_bytes()?;
        Ok(self.authkey.get_or_init(|| fresh))
    }

    /// What to start in place of this program's own file.
    pub(crate) fn executable(&self) -> MutexGuard<'_, Option<PathBuf>> {
        lock(&self.executable)
    }

    /// The start method that has been chosen for processes that name none.
    pub(crate) fn chosen(&self) -> MutexGuard<'_, Option<StartMethod>> {
        lock(&self.chosen)
    }

    pub(crate) fn forkserver(&self) -> MutexGuard<'_, Forkserver> {
        lock(&self.forkserver)
    }

    pub(super) fn report(&self) -> MutexGuard<'_, Report> {
        lock(&self.report)
    }

    /// What every child is handed. A program may close descriptors that it did not open, and then what was made for this
    /// is made anew.
    ///
    /// # Errors
    ///
    /// With the step that failed.
    pub(crate) fn handouts(&self) -> Result<&'static Handouts, (&'static str, io::Error)> {
        let mut handouts = lock(&self.handouts);
        match *handouts {
            Some(made) if made.are_intact() => Ok(made),
            // What was closed is not dropped: its number may be another file's by now.
            _ => Ok(*handouts.insert(Box::leak(Box::new(Handouts::new()?)))),
        }
    }
}

impl Handouts {
    fn new() -> Result<Handouts, (&'static str, io::Error)> {
        let alive = alive::Pipe::new().map_err(|error| ("a pipe to see its parent by", error))?;
        let empty_input = File::open("/dev/null").and_then(|null| beyond_reserved(null.into()));
        let empty_input: File = empty_input.map_err(|error| ("/dev/null", error))?.into();
        let inodes = [alive.watching.as_fd(), empty_input.as_fd()].map(inode);
        Ok(Handouts { alive, empty_input, inodes })
    }

    fn are_intact(&self) -> bool {
        [self.alive.watching.as_fd(), self.empty_input.as_fd()].map(inode) == self.inodes
    }
}

/// Has the children of this process seen to when it exits, and those of every copy of it. A second call does nothing.
pub(super) fn register_exit() {
    extern "C" fn run() {
        end_children();
        exit::flush_after_handlers();
    }
    static REGISTERED: AtomicBool = AtomicBool::new(false);
    if !REGISTERED.swap(true, Ordering::Relaxed) {
        exit::at_exit(run);
    }
}

/// The same in a forked child, whose exit must in addition not run its parent's handlers.
pub(super) fn register_exit_in_forked_child() {
    exit::leave_before_inherited_handlers(end_children);
}

/// A copy that has started no children has none to see to.
fn end_children() {
    if let Some(me) = last().filter(|me| me.pid == this::pid()) {
        me.children.end();
    }
}

/// A lock that a panic elsewhere does not poison: every change under it is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
