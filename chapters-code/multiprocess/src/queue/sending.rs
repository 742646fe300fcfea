//! How bytes get into the ring.

use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::core::{Core, DAMAGED};
use super::layout::Record;
use super::mark::{Mark, RESTART, UNIT};
use super::turn::{self, InTurn, NoTurn, Wait, Waited, take_turn};
use crate::error::SendErrorKind;
use crate::sys::poll;
use crate::sys::robust::Patience;

type Result<T> = std::result::Result<T, SendErrorKind>;

const DAMAGED_SEND: SendErrorKind = SendErrorKind::Damaged { reason: DAMAGED };

/// A sender that has its turn.
struct Sending<'a> {
    core: &'a Core,
    life: BorrowedFd<'a>,
    patience: Patience,
    /// How far the ring is filled. Only this thread changes it now.
    tail: Mark,
    _turn: InTurn<'a>,
}

/// What bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value, as serde has written it.
    Value,
    Bytes,
}

/// Puts a value's bytes into the ring.
pub(super) fn send(
    core: &Core,
    life: BorrowedFd<'_>,
    kind: Kind,
    bytes: &[u8],
    patience: Patience,
) -> Result<()> {
    let (turn, killed) = take_turn(&core.header().senders, patience).map_err(|refused| match refused {
        NoTurn::Busy => no_room(patience),
        NoTurn::Failed(source) => SendErrorKind::System { step: "the senders' lock", source },
    })?;
    if killed {
        core.tell_receivers(core.tail(), true);
    }
    if core.receivers_are_gone(life).map_err(polling)? {
        return Err(SendErrorKind::Disconnected);
    }
    let mut sending = Sending { core, life, patience, tail: core.tail(), _turn: turn };
    let record = Record { length: bytes.len() as u64, first: true, last: true, bytes: kind == Kind::Bytes };
    if record.room() <= core.ring() { sending.whole(record, bytes) } else { sending.in_pieces(kind, bytes) }
}

impl Sending<'_> {
    // ANCHOR: whole
    /// A value that fits into the ring.
    fn whole(&mut self, record: Record, bytes: &[u8]) -> Result<()> {
        self.wait_for_room(record.room())?;
        self.core.write_word(self.tail, record.word());
        self.core.write_bytes(self.tail, bytes);
        let before = self.tail;
        self.tail = before.advanced(record.room(), 1);
        self.core.header().tail.mark.store(self.tail.word(), Ordering::Release);
        turn::note_cpu(&self.core.header().senders);
        self.core.tell_receivers(before, false);
        Ok(())
    }
    // ANCHOR_END: whole

    /// A value that does not: receivers take its pieces out while it is written. What is there of a value that is not finished is void
    /// as soon as the next value begins.
    fn in_pieces(&mut self, kind: Kind, bytes: &[u8]) -> Result<()> {
        if self.patience == Patience::None {
            return Err(SendErrorKind::Full);
        }
        while !self.all_pieces(kind, bytes)? {}
        Ok(())
    }

    /// `false` if the receiver has given up before it had all of it, so that the value has to begin again.
    fn all_pieces(&mut self, kind: Kind, bytes: &[u8]) -> Result<bool> {
        let mark = &self.core.header().tail.mark;
        mark.fetch_and(!RESTART, Ordering::Relaxed);
        let longest = self.core.ring() / 4 - Record::HEAD - UNIT;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(longest as usize));
            let first = rest.len() == bytes.len();
            // So that a receiver knows whether it wants them.
            let tells_length = first && kind == Kind::Bytes;
            let record = Record {
                length: piece.len() as u64 + if tells_length { UNIT } else { 0 },
                first,
                last: after.is_empty(),
                bytes: kind == Kind::Bytes,
            };
            self.wait_for_room(record.room())?;
            let mut unit = self.tail;
            self.core.write_word(unit, record.word());
            if tells_length {
                unit = unit.advanced(UNIT, 0);
                self.core.write_word(unit, bytes.len() as u64);
            }
            self.core.write_bytes(unit, piece);
            let before = self.tail;
            let next = before.advanced(record.room(), record.last.into());
            // Either the piece is published, or the receiver has given up before: never both.
            match mark.compare_exchange(before.word(), next.word(), Ordering::Release, Ordering::Relaxed) {
                Ok(_) => self.tail = next,
                Err(word) if word == before.word() | RESTART => return Ok(false),
                Err(_) => return Err(DAMAGED_SEND),
            }
            self.core.tell_receivers(before, false);
            rest = after;
        }
        Ok(true)
    }

    /// Waits until there is room for a record.
    fn wait_for_room(&self, room: u64) -> Result<()> {
        let core = self.core;
        let header = core.header();
        let seen = &header.senders.seen;
        let fits = |head| {
            let held = core.held(self.tail, head)?;
            Some(held.bytes + room <= core.ring() && held.values < core.bound())
        };
        if fits(Mark::of(seen.load(Ordering::Relaxed))) == Some(true) {
            return Ok(());
        }
        let mut waited = Waited::Changed;
        loop {
            let head = core.head();
            if fits(head).ok_or(DAMAGED_SEND)? {
                seen.store(head.word(), Ordering::Relaxed);
                return Ok(());
            }
            match waited {
                Waited::Changed => {}
                Waited::HungUp => {
                    core.receiver_was_dropped();
                    return Err(SendErrorKind::Disconnected);
                }
                Waited::TimedOut => return Err(SendErrorKind::TimedOut),
            }
            waited = match self.patience {
                Patience::None if poll::is_hung_up(self.life).map_err(polling)? => Waited::HungUp,
                Patience::None => return Err(SendErrorKind::Full),
                Patience::Endless => self.wait(None, head)?,
                Patience::Until(deadline) => self.wait(Some(deadline), head)?,
            };
        }
    }

    fn wait(&self, deadline: Option<Instant>, head: Mark) -> Result<Waited> {
        let header = self.core.header();
        let wait = Wait {
            turn: &header.senders,
            other: &header.receivers,
            asleep: &header.senders_wish.asleep,
            counter: self.core.counters.room.as_fd(),
            life: self.life,
            deadline,
        };
        turn::wait(&wait, || self.core.head() != head).map_err(polling)
    }
}

fn no_room(patience: Patience) -> SendErrorKind {
    if patience == Patience::None { SendErrorKind::Full } else { SendErrorKind::TimedOut }
}

fn polling(source: std::io::Error) -> SendErrorKind {
    SendErrorKind::System { step: "waiting for receivers", source }
}
