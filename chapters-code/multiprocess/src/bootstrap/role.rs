//! Who this process is: the program's first one, or a child of it.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use super::plan::{ParentName, Plan};
use crate::error::{Error, InitRefusal, Result};
use crate::sys::alive;
use crate::sys::numbers::beyond_reserved;
use crate::sys::this;

/// Set for every spawned child. Its work comes as descriptors 3 and 4; this tells a child whose launcher has closed
/// them that it is one, and must not start children of its own.
pub(super) const CHILD_VARIABLE: &str = "MULTIPROCESS_CHILD";

/// The variable as it is set.
pub(crate) const CHILD_MARK: &CStr = c"MULTIPROCESS_CHILD=yes";

/// What this process knows of itself.
pub(crate) struct Role {
    /// Whether it may start processes.
    pub(crate) ready: Result<(), InitRefusal>,
    pub(crate) name: String,
    pub(crate) daemon: bool,
    /// The start method that made it; `None` for the program's first process.
    pub(crate) method: Option<String>,
    /// Empty for the first process; see [`Plan::lineage`].
    pub(crate) lineage: Vec<u32>,
    pub(crate) parent: Option<Parent>,
    authkey: OnceLock<[u8; 32]>,
    started: AtomicU32,
    /// What to start instead of `/proc/self/exe`.
    pub(crate) executable: Mutex<Option<PathBuf>>,
    handouts: OnceLock<Handouts>,
}

/// What every child is handed, and what is therefore made once, for the first of them.
pub(crate) struct Handouts {
    /// By which children see that this process is alive.
    pub(crate) alive: alive::Pipe,
    /// `/dev/null`, their standard input.
    pub(crate) empty_input: File,
}

/// Who started this process, and a view of it.
pub(crate) struct Parent {
    pub(crate) name: ParentName,
    pub(crate) alive: alive::Parent,
}

/// A `static`, because who a process is has one answer, and code that starts processes has no other way to know
/// whether `init` has been called. A pointer, because a forked child is somebody else than the process it copies;
/// what it points to is never freed.
static ROLE: AtomicPtr<Role> = AtomicPtr::new(ptr::null_mut());

/// Makes this process the one that the role says.
pub(super) fn become_(role: Box<Role>) {
    ROLE.store(Box::leak(role), Ordering::Release);
}

/// The role, if `init` has been called.
#[expect(unsafe_code, reason = "a pointer to something that is never freed")]
pub(crate) fn role() -> Option<&'static Role> {
    // SAFETY: it is null or comes from `become_`, which leaks what it points to.
    unsafe { ROLE.load(Ordering::Acquire).as_ref() }
}

/// The role of a process that may start others, or the reason why this one may not.
pub(crate) fn expect_role() -> Result<&'static Role> {
    let role = role().ok_or(Error::NotInitialized)?;
    role.ready.map_err(Error::InitRefused)?;
    Ok(role)
}

impl Role {
    /// The program's first process.
    pub(super) fn main(ready: Result<(), InitRefusal>) -> Role {
        Role {
            ready,
            name: "MainProcess".to_owned(),
            daemon: false,
            method: None,
            lineage: Vec::new(),
            parent: None,
            authkey: OnceLock::new(),
            started: AtomicU32::new(0),
            executable: Mutex::new(None),
            handouts: OnceLock::new(),
        }
    }

    /// A forkserver, while it runs its hook.
    pub(super) fn server() -> Role {
        Role { name: super::serve::NAME.to_owned(), ..Role::main(Err(InitRefusal::Forkserver)) }
    }

    /// A child, which does not see its parent yet.
    pub(super) fn child(plan: &Plan) -> Role {
        Role {
            name: plan.name.clone(),
            daemon: plan.daemon,
            method: Some(plan.method.clone()),
            lineage: plan.lineage.clone(),
            authkey: OnceLock::from(plan.authkey),
            ..Role::main(Ok(()))
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

    /// What every child is handed.
    ///
    /// # Errors
    ///
    /// With the step that failed.
    pub(crate) fn handouts(&self) -> Result<&Handouts, (&'static str, io::Error)> {
        if let Some(handouts) = self.handouts.get() {
            return Ok(handouts);
        }
        let alive = alive::Pipe::new().map_err(|error| ("a pipe to see its parent by", error))?;
        let empty_input = File::open("/dev/null").and_then(|null| beyond_reserved(null.into()));
        let empty_input = empty_input.map_err(|error| ("/dev/null", error))?.into();
        Ok(self.handouts.get_or_init(|| Handouts { alive, empty_input }))
    }
}

/// Removes the variable, so that programs that this child starts are not taken for children.
#[expect(unsafe_code, reason = "removing a variable is safe while there is one thread")]
pub(super) fn forget_child_variable() {
    // SAFETY: `enter` calls this after it has found that this thread is alone.
    unsafe { this::remove_variable(CHILD_VARIABLE) };
}
