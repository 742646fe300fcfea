//! Who this process is: the program's first one, or a child of it.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use super::plan::{Parent, Plan};
use super::run;
use crate::error::{Error, InitRefusal, Result};
use crate::sys::this;

/// Tells a child which descriptors hold its plan and take its result. An environment variable and not an argument,
/// so that a child sees the arguments that its parent sees.
pub(crate) const PLAN_VARIABLE: &str = "MULTIPROCESS_PLAN";

/// What this process knows of itself.
pub(crate) struct Role {
    /// Whether it may start processes.
    pub(crate) ready: Result<(), InitRefusal>,
    pub(crate) name: String,
    /// Empty for the first process; see [`Plan::lineage`].
    pub(crate) lineage: Vec<u32>,
    pub(crate) parent: Option<Parent>,
    authkey: OnceLock<[u8; 32]>,
    started: AtomicU32,
    /// What to start instead of `/proc/self/exe`.
    pub(crate) executable: Mutex<Option<PathBuf>>,
    work: Mutex<Option<Work>>,
}

/// A child's work, until it is taken up.
struct Work {
    plan: Plan,
    arguments: Vec<u8>,
    result: File,
}

/// A `static`, because who a process is has one answer, and code that starts processes has no other way to know
/// whether `init` has been called.
static ROLE: OnceLock<Role> = OnceLock::new();

/// Settles who this process is, once; in a child, does its work and never returns.
pub(super) fn settle(find_out: impl FnOnce() -> Role) {
    let role = ROLE.get_or_init(find_out);
    // The work runs outside `get_or_init`, so that the target can ask for the role.
    let work = role.work.lock().ok().and_then(|mut work| work.take());
    if let Some(Work { plan, arguments, result }) = work {
        run(&plan, &arguments, result)
    }
}

/// The role, if `init` has been called.
pub(crate) fn role() -> Option<&'static Role> {
    ROLE.get()
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
            lineage: Vec::new(),
            parent: None,
            authkey: OnceLock::new(),
            started: AtomicU32::new(0),
            executable: Mutex::new(None),
            work: Mutex::new(None),
        }
    }

    /// A child, with its work still to be done.
    pub(super) fn child(plan: Plan, arguments: Vec<u8>, result: File) -> Role {
        Role {
            ready: Ok(()),
            name: plan.name.clone(),
            lineage: plan.lineage.clone(),
            parent: Some(plan.parent.clone()),
            authkey: OnceLock::from(plan.authkey),
            started: AtomicU32::new(0),
            executable: Mutex::new(None),
            work: Mutex::new(Some(Work { plan, arguments, result })),
        }
    }

    /// The lineage of the next child: 1 for the first, then 2, whichever thread starts it.
    pub(crate) fn next_lineage(&self) -> Vec<u32> {
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        self.lineage.iter().copied().chain([number]).collect()
    }

    /// The key that this process shares with its parent and its children; made when it is first asked for.
    pub(crate) fn authkey(&self) -> std::io::Result<&[u8; 32]> {
        if let Some(key) = self.authkey.get() {
            return Ok(key);
        }
        let fresh = this::random_bytes()?;
        Ok(self.authkey.get_or_init(|| fresh))
    }
}

/// Removes the variable, so that programs that this child starts are not taken for children.
#[expect(unsafe_code, reason = "removing a variable is safe while there is one thread")]
pub(super) fn forget_plan_variable() {
    // SAFETY: `enter` calls this after it has found that this thread is alone.
    unsafe { this::remove_variable(PLAN_VARIABLE) };
}
