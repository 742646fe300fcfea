//! What happens to the children when this process exits: daemons are ended, the others are joined.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::{CHILDREN, REPORTERS, lock};
use crate::sys::{exit, this};

/// How long a daemon that has been sent SIGTERM may take before it is sent SIGKILL.
const GRACE: Duration = Duration::from_secs(1);

/// The process that has asked for it: a copy of it that somebody else's code forked must not touch its children.
static REGISTERED: AtomicU32 = AtomicU32::new(0);

/// Has the children seen to when this process exits. A second call does nothing.
pub(crate) fn register() {
    if REGISTERED.swap(this::pid(), Ordering::Relaxed) == 0 {
        exit::at_exit(run);
    }
}

/// The same in a forked child, whose exit must in addition not run its parent's handlers.
pub(crate) fn register_in_forked_child() {
    extern "C" fn run_and_leave(code: libc::c_int, _: *mut libc::c_void) {
        see_to_children();
        exit::flush_after_handlers();
        exit::flush_c_buffers();
        exit::exit_now(code)
    }
    REGISTERED.store(this::pid(), Ordering::Relaxed);
    exit::before_inherited_handlers(run_and_leave);
}

extern "C" fn run() {
    see_to_children();
    exit::flush_after_handlers();
}

/// Runs on whichever thread exits, when the thread's locals may be gone already; so nothing here prints or panics.
fn see_to_children() {
    if REGISTERED.compare_exchange(this::pid(), u32::MAX, Ordering::Relaxed, Ordering::Relaxed).is_err() {
        return;
    }
    end_children();
    // Cloned, so that no lock is held while somebody is waited for.
    let reporters = lock(&REPORTERS).clone();
    for reporter in reporters {
        reporter.finish();
    }
}

// ANCHOR: end_children
fn end_children() {
    let children = lock(&CHILDREN).clone();
    if children.is_empty() {
        return;
    }
    let (daemons, others): (Vec<_>, Vec<_>) = children.into_iter().partition(|child| child.daemon);
    for daemon in &daemons {
        let _ = daemon.signal(libc::SIGTERM);
    }
    for child in others {
        // This fails when other code has closed the child's descriptor; such a child is not waited for.
        let _ = child.wait(None);
    }
    let deadline = Instant::now() + GRACE;
    for daemon in daemons {
        if let Ok(None) = daemon.wait(Some(deadline)) {
            let _ = daemon.signal(libc::SIGKILL);
            let _ = daemon.wait(None);
        }
    }
}
// ANCHOR_END: end_children
