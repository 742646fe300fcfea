//! How bytes get out of the ring.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::core::Core;
use super::destination::{DAMAGED_RECEIVE, Destination, Result};
use super::layout::Record;
use super::mark::{Mark, RESTART, UNIT};
use super::turn::{self, InTurn, NoTurn, Wait, Waited, take_turn};
use crate::error::RecvError;
use crate::sys::poll;
use crate::sys::robust::{Holder, Patience};

/// How long a sender may pause in the middle of a long value before a call that has a limit gives up.
const PAUSE: Duration = Duration::from_millis(100);

/// A receiver that has its turn.
struct Receiving<'a> {
    core: &'a Core,
    life: BorrowedFd<'a>,
    patience: Patience,
    /// How far the ring is emptied. Only this thread changes it now.
    head: Mark,
    /// Whether a value has begun of which more is to come.
    begun: bool,
    _turn: InTurn<'a>,
}

/// Takes the bytes of a value out of the ring. What `taking` does comes right before the value is gone for others.
pub(super) fn receive(
    core: &Core,
    life: BorrowedFd<'_>,
    into: &mut impl Destination,
    patience: Patience,
    taking: impl FnMut() -> io::Result<()>,
) -> Result<()> {
    let header = core.header();
    let (turn, killed) = take_turn(&header.receivers, patience).map_err(|refused| match refused {
        NoTurn::Busy => nothing(patience),
        NoTurn::Failed(source) => RecvError::System { step: "the receivers' lock", source },
    })?;
    if killed {
        // It may have been in the middle of a long value.
        header.tail.mark.fetch_or(RESTART, Ordering::Relaxed);
        core.tell_senders(true);
    }
    let mut receiving = Receiving { core, life, patience, head: core.head(), begun: false, _turn: turn };
    receiving.value(into, taking)
}

impl Receiving<'_> {
    fn value(
        &mut self,
        into: &mut impl Destination,
        mut taking: impl FnMut() -> io::Result<()>,
    ) -> Result<()> {
        loop {
            let available = self.wait_for_record()?;
            let record = self.core.read_record(self.head);
            if record.room() > available {
                return Err(DAMAGED_RECEIVE);
            }
            let (mut unit, mut length) = (self.head, record.length);
            if record.first {
                let whole = match (record.last, record.bytes) {
                    (true, _) => Some(length),
                    (false, false) => None,
                    (false, true) => {
                        length = length.checked_sub(UNIT).ok_or(DAMAGED_RECEIVE)?;
                        unit = unit.advanced(UNIT, 0);
                        Some(self.core.read_word(unit))
                    }
                };
                // If another value was begun, its sender is gone.
                self.begun = false;
                into.begin(record.bytes, whole)?;
                self.begun = true;
            } else if !self.begun {
                self.skip(record);
                continue;
            }
            into.take(self.core, unit, length as usize)?;
            if record.last {
                if !into.is_whole() {
                    return Err(DAMAGED_RECEIVE);
                }
                taking().map_err(|source| RecvError::System { step: "a place for the task", source })?;
            }
            self.take(record);
            if record.last {
                if self.core.tail() == self.head {
                    self.core.nothing_is_ready();
                }
                return Ok(());
            }
        }
    }

    /// The rest of a value whose beginning was taken by a receiver that is gone. If its sender is still at it, it begins again.
    fn skip(&mut self, record: Record) {
        if !record.last {
            self.core.header().tail.mark.fetch_or(RESTART, Ordering::Relaxed);
        }
        self.take(record);
    }

    fn take(&mut self, record: Record) {
        self.head = self.head.advanced(record.room(), record.last.into());
        self.core.header().head.mark.store(self.head.word(), Ordering::Release);
        turn::note_cpu(&self.core.header().receivers);
        self.core.tell_senders(false);
    }

    /// Waits until there is a record, and says how many bytes there are.
    fn wait_for_record(&mut self) -> Result<u64> {
        let core = self.core;
        let seen = &core.header().receivers.seen;
        if let Some(held) = core.held(Mark::of(seen.load(Ordering::Relaxed)), self.head)
            && held.bytes > 0
        {
            return Ok(held.bytes);
        }
        let mut waited = Waited::Changed;
        loop {
            let tail = core.tail();
            let held = core.held(tail, self.head).ok_or(DAMAGED_RECEIVE)?;
            if held.bytes > 0 {
                seen.store(tail.word(), Ordering::Relaxed);
                return Ok(held.bytes);
            }
            match waited {
                Waited::Changed => {}
                Waited::HungUp => return Err(RecvError::Disconnected),
                Waited::TimedOut if !self.begun || self.give_up() => return Err(self.nothing_came()),
                Waited::TimedOut => {
                    waited = Waited::Changed;
                    continue;
                }
            }
            if self.begun && self.is_void() {
                self.begun = false;
                // Its sender may have finished it between the two looks.
                continue;
            }
            waited = self.wait()?;
        }
    }

    /// Whether the value that has begun will not go on: its sender has its turn until all of it is there.
    fn is_void(&self) -> bool {
        let is_free = matches!(self.core.header().senders.lock.holder(), Holder::Nobody | Holder::Ended);
        is_free && self.core.tail() == self.head
    }

    /// Leaves a value that has begun, so that its sender begins it again. `false` if more of it has come.
    fn give_up(&self) -> bool {
        let mark = &self.core.header().tail.mark;
        let empty = self.head.word();
        match mark.compare_exchange(empty, empty | RESTART, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => true,
            Err(word) => word == empty | RESTART,
        }
    }

    fn nothing_came(&self) -> RecvError {
        self.core.nothing_is_ready();
        nothing(self.patience)
    }

    fn wait(&self) -> Result<Waited> {
        let header = self.core.header();
        let deadline = match self.patience {
            Patience::Endless => None,
            Patience::Until(deadline) if !self.begun => Some(deadline),
            Patience::None if !self.begun => {
                let hung_up = poll::is_hung_up(self.life).map_err(polling)?;
                return Ok(if hung_up { Waited::HungUp } else { Waited::TimedOut });
            }
            Patience::Until(deadline) => Some(deadline.max(Instant::now() + PAUSE)),
            Patience::None => Some(Instant::now() + PAUSE),
        };
        let wait = Wait {
            turn: &header.receivers,
            other: &header.senders,
            asleep: &header.receivers_wish.asleep,
            counter: self.core.counters.items.as_fd(),
            life: self.life,
            deadline,
        };
        turn::wait(&wait, || self.core.tail() != self.head).map_err(polling)
    }
}

fn nothing(patience: Patience) -> RecvError {
    if patience == Patience::None { RecvError::Empty } else { RecvError::TimedOut }
}

fn polling(source: io::Error) -> RecvError {
    RecvError::System { step: "waiting for senders", source }
}
