//! Taking turns, and waiting for the other side.
//!
//! Each side has a lock, and only its holder waits for the other side. Those behind it wait for the lock. When the holder is killed, the
//! kernel passes the lock on, and the next one looks at everything anew.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::handshake::{is_awake, may_sleep};
use super::layout::Turn;
use crate::sys::poll::{self, Woken};
use crate::sys::robust::{Patience, Robust, Taken};
use crate::sys::{eventfd, this};

/// How long to look for a change before sleeping. To be woken on another CPU takes about as long.
const SPIN: Duration = Duration::from_micros(25);

/// How long a call that does not wait tries to get its turn while the holder is at work. It is at work for microseconds, unless it
/// is not running.
const AT_WORK: Duration = Duration::from_millis(5);

/// A lock that is held until this is dropped.
pub(super) struct InTurn<'a>(&'a Robust);

impl Drop for InTurn<'_> {
    fn drop(&mut self) {
        self.0.let_go();
    }
}

/// Why a turn was not had.
pub(super) enum NoTurn {
    Busy,
    Failed(io::Error),
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// Something may have changed.
    Changed,
    /// The other side is gone. What it did last may not have been seen yet.
    HungUp,
    TimedOut,
}

/// Who waits for what.
pub(super) struct Wait<'a> {
    /// The turn that the waiting thread has.
    pub(super) turn: &'a Turn,
    /// The turn of those who can end the wait.
    pub(super) other: &'a Turn,
    pub(super) asleep: &'a AtomicU32,
    pub(super) counter: BorrowedFd<'a>,
    pub(super) life: BorrowedFd<'a>,
    pub(super) deadline: Option<Instant>,
}

/// Waits for a turn. The second value is true if the last holder was killed, or ended, in its turn.
pub(super) fn take_turn<'a>(turn: &'a Turn, patience: Patience) -> Result<(InTurn<'a>, bool), NoTurn> {
    let mut taken = turn.lock.take(patience);
    // The holder is at work, and not waiting: then it is done in a moment.
    if patience == Patience::None && matches!(taken, Taken::Busy) && turn.waits.load(Ordering::Relaxed) == 0 {
        taken = turn.lock.take(Patience::Until(Instant::now() + AT_WORK));
    }
    match taken {
        Taken::Held => Ok((InTurn(&turn.lock), false)),
        Taken::Abandoned => {
            turn.waits.store(0, Ordering::Relaxed);
            Ok((InTurn(&turn.lock), true))
        }
        Taken::Busy => Err(NoTurn::Busy),
        Taken::Own => Err(NoTurn::Failed(io::Error::from_raw_os_error(libc::EDEADLK))),
        Taken::Failed(error) => Err(NoTurn::Failed(error)),
    }
}

/// Waits for a change by the other side.
pub(super) fn wait(wait: &Wait<'_>, has_changed: impl Fn() -> bool) -> io::Result<Waited> {
    wait.turn.waits.store(1, Ordering::Relaxed);
    let waited = spin_or_sleep(wait, has_changed);
    wait.turn.waits.store(0, Ordering::Relaxed);
    waited
}

fn spin_or_sleep(wait: &Wait<'_>, has_changed: impl Fn() -> bool) -> io::Result<Waited> {
    if spin(wait.other, wait.deadline, &has_changed) || !may_sleep(wait.asleep, &has_changed) {
        return Ok(Waited::Changed);
    }
    let woken = poll::counter_or_hang_up(wait.counter, wait.life, wait.deadline);
    is_awake(wait.asleep);
    Ok(match woken? {
        Woken::Counter => {
            eventfd::take(wait.counter)?;
            Waited::Changed
        }
        Woken::HungUp => Waited::HungUp,
        Woken::Neither => Waited::TimedOut,
    })
}

/// Says where this thread runs, which has its turn and has changed the mark.
pub(super) fn note_cpu(turn: &Turn) {
    turn.cpu.store(this::cpu() + 1, Ordering::Relaxed);
}

/// Looks for a change for a moment, if the other side runs on another CPU. On this one it could not make the change meanwhile.
fn spin(other: &Turn, deadline: Option<Instant>, has_changed: &impl Fn() -> bool) -> bool {
    let cpu = other.cpu.load(Ordering::Relaxed);
    if cpu == 0 || cpu == this::cpu() + 1 {
        return false;
    }
    let until = Instant::now() + SPIN;
    let until = deadline.map_or(until, |deadline| until.min(deadline));
    loop {
        for _ in 0..20 {
            if has_changed() {
                return true;
            }
            std::hint::spin_loop();
        }
        if Instant::now() >= until {
            return false;
        }
    }
}
