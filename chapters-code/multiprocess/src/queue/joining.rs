//! How a process waits until every task of a queue is done, and learns of those that never will be.
//!
//! A thread that takes a task holds the lock of a place as long as it has the task. Who joins waits for such a lock. It gets the lock
//! when the task is done, and also when the thread has ended, for the kernel lets go of it then.
//!
//! Which of the two it was, the counts tell. The marks count the tasks that were sent and taken, atomically, and a further number
//! counts those that are done. If every task has been taken and no place is held, then what is missing is lost.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::core::{Core, DAMAGED};
use super::handle::ReceivingEnd;
use super::mark::{HIGHEST_BOUND, Mark, count_between};
use super::place::Place;
use super::turn::{self, NoTurn, Wait, Waited, take_turn};
use crate::error::TasksError;
use crate::sys::robust::{Holder, Patience, Taken};

type Result<T> = std::result::Result<T, TasksError>;

/// The place that this thread has for a task.
#[derive(Debug)]
pub(super) struct Claim {
    end: ReceivingEnd,
    index: u64,
}

impl Claim {
    /// A place that is free. In a receiver's turn, before it takes a task.
    pub(super) fn new(end: &ReceivingEnd) -> io::Result<Claim> {
        for (index, place) in (0..).zip(end.core().places()) {
            match place.lock.take(Patience::None) {
                Taken::Held | Taken::Abandoned => return Ok(Claim { end: end.clone(), index }),
                Taken::Busy | Taken::Own => {}
                Taken::Failed(error) => return Err(error),
            }
        }
        Err(io::Error::new(
            io::ErrorKind::QuotaExceeded,
            "so many tasks are at work as a queue can keep apart",
        ))
    }

    /// The task is done.
    pub(super) fn done(self) {
        // Before the place is free, which the drop makes it.
        self.end.core().header().finished.count.fetch_add(1, Ordering::Release);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.end.core().place(self.index).lock.let_go();
    }
}

/// How many tasks are not done.
pub(super) fn unfinished(core: &Core) -> Result<u64> {
    // In this order, neither number overtakes the next one.
    let finished = core.header().finished.count.load(Ordering::Acquire);
    ahead(core.tail(), finished).ok_or(TasksError::Damaged { reason: DAMAGED })
}

/// How many tasks had been sent up to a mark and were not done yet. `None` if more are done than that.
fn ahead(mark: Mark, finished: u64) -> Option<u64> {
    let tasks = count_between(mark.count(), finished);
    (tasks <= HIGHEST_BOUND).then_some(tasks)
}

/// Waits until every task is done.
pub(super) fn join(core: &Core, life: BorrowedFd<'_>, patience: Patience) -> Result<()> {
    let turn = &core.header().joiners;
    let (_turn, _) = take_turn(turn, patience).or_else(|refused| match refused {
        NoTurn::Busy => timed_out(core),
        NoTurn::Failed(source) => Err(TasksError::System { step: "the joiners' lock", source }),
    })?;
    let finished = &core.header().finished.count;
    loop {
        // In this order, none of them overtakes the next one.
        let (done, head, tail) = (finished.load(Ordering::Acquire), core.head(), core.tail());
        if ahead(tail, done).ok_or(TasksError::Damaged { reason: DAMAGED })? == 0 {
            return Ok(());
        }
        if let Some(place) = core.places().find(|place| matches!(place.lock.holder(), Holder::Thread(_))) {
            wait_for(core, place, patience)?;
        } else if head.count() == tail.count() {
            // All that were sent until then had been taken, and each of them had a place. Since then each place was seen free.
            let done = finished.load(Ordering::Acquire);
            // Tasks that were sent later may be done already, and hide some that are lost: the next round finds those.
            let Some(lost @ 1..) = ahead(tail, done) else { continue };
            let sum = done.wrapping_add(lost);
            if finished.compare_exchange(done, sum, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                return Err(TasksError::Abandoned { tasks: lost });
            }
        } else {
            let wait = Wait {
                turn,
                other: &core.header().receivers,
                asleep: &core.header().senders_wish.joiner,
                counter: core.counters.taken.as_ref().expect("a joinable queue has one").as_fd(),
                life,
                deadline: deadline(patience),
            };
            let waited = turn::wait(&wait, || core.head() != head)
                .map_err(|source| TasksError::System { step: "waiting for receivers", source })?;
            match waited {
                _ if core.head() != head => {}
                Waited::Changed => {}
                Waited::HungUp => return Err(TasksError::Disconnected { unfinished: unfinished(core)? }),
                Waited::TimedOut => return timed_out(core),
            }
        }
    }
}

/// Waits until the thread at that place has no task any more.
fn wait_for(core: &Core, place: &Place, patience: Patience) -> Result<()> {
    match place.lock.take(patience) {
        Taken::Held | Taken::Abandoned => {
            place.lock.let_go();
            Ok(())
        }
        Taken::Busy => timed_out(core),
        Taken::Own => Err(TasksError::OwnTask),
        Taken::Failed(source) => Err(TasksError::System { step: "the lock of a task", source }),
    }
}

fn deadline(patience: Patience) -> Option<Instant> {
    match patience {
        Patience::Until(deadline) => Some(deadline),
        Patience::None | Patience::Endless => None,
    }
}

fn timed_out<T>(core: &Core) -> Result<T> {
    Err(TasksError::TimedOut { unfinished: unfinished(core)? })
}
