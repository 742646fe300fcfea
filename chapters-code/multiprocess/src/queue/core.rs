//! What every handle of a queue has: the memory, and the counters that wake the two sides.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{Ordering, fence};

use super::handshake::must_wake;
use super::layout::{Header, MAGIC, RING, Record, SHORTEST_RING};
use super::mark::{HIGHEST_BOUND, LONGEST_RING, Mark, UNIT};
use super::place::Place;
use super::turn::take_turn;
use crate::error::CreateError;
use crate::sys::numbers::beyond_reserved;
use crate::sys::poll;
use crate::sys::robust::{Again, Patience};
use crate::sys::shared::Mapping;
use crate::sys::{eventfd, this};

/// What a queue is called in errors.
pub(super) const QUEUE: &str = "a queue";

/// The reason of every `Damaged`.
pub(super) const DAMAGED: &str = "the positions in a queue's memory contradict each other";

/// The memory and the counters.
#[derive(Debug)]
pub(super) struct Core {
    mapping: Mapping,
    // Copies of what is in the memory, checked once.
    ring: u64,
    bound: u64,
    places: u64,
    pub(super) counters: Counters,
}

/// Counters in the kernel, by which one side wakes the other one.
#[derive(Debug)]
pub(super) struct Counters {
    /// For the first receiver in line: something has come.
    pub(super) items: OwnedFd,
    /// For the first sender in line: there is room.
    pub(super) room: OwnedFd,
    /// For who polls a receiver: not zero while there is something to receive.
    pub(super) ready: OwnedFd,
    /// For the first joiner in line: a task has been taken. Of joinable queues only.
    pub(super) taken: Option<OwnedFd>,
}

/// How much of a ring is filled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) bytes: u64,
    pub(super) values: u64,
}

impl Core {
    pub(super) fn new(bound: usize, bytes: usize, places: u64) -> Result<Core, CreateError> {
        let invalid = |reason: &'static str| io::Error::new(io::ErrorKind::InvalidInput, reason);
        let bound = bound as u64;
        if !(1..=HIGHEST_BOUND).contains(&bound) {
            let reason = invalid("a queue holds at least 1 value and at most 33,554,432");
            return Err(CreateError::at(QUEUE, "its bound")(reason));
        }
        let ring = (bytes as u64).max(SHORTEST_RING).checked_next_power_of_two().unwrap_or(u64::MAX);
        if ring > LONGEST_RING {
            return Err(CreateError::at(QUEUE, "its memory")(io::Error::from(io::ErrorKind::OutOfMemory)));
        }
        let length = RING as u64 + ring + places * size_of::<Place>() as u64;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let mapping =
            Mapping::new(c"multiprocess-queue", length).map_err(CreateError::at(QUEUE, "its memory"))?;
        let counter = || eventfd::create(0).map_err(CreateError::at(QUEUE, "its counters"));
        let taken = if places > 0 { Some(counter()?) } else { None };
        let counters = Counters { items: counter()?, room: counter()?, ready: counter()?, taken };
        let core = Core { mapping, ring, bound, places, counters };
        core.set_up().map_err(CreateError::at(QUEUE, "its locks"))?;
        Ok(core)
    }

    fn set_up(&self) -> io::Result<()> {
        let header = self.header();
        header.senders.lock.set_up(Again::Refused)?;
        header.receivers.lock.set_up(Again::Refused)?;
        header.joiners.lock.set_up(Again::Refused)?;
        self.places().try_for_each(|place| place.lock.set_up(Again::Refused))?;
        let constants = &header.constants;
        constants.bound.store(self.bound, Ordering::Relaxed);
        constants.ring.store(self.ring, Ordering::Relaxed);
        constants.places.store(self.places, Ordering::Relaxed);
        constants.magic.store(MAGIC, Ordering::Release);
        Ok(())
    }

    /// The queue that another process has made.
    pub(super) fn of(file: OwnedFd, counters: Counters) -> io::Result<Core> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "its memory is not that of a queue");
        let mapping = Mapping::of(file)?;
        if mapping.len() < RING {
            return Err(damaged());
        }
        let constants = &mapping.at::<Header>(0).constants;
        let magic = constants.magic.load(Ordering::Acquire);
        let [bound, ring, places] = [&constants.bound, &constants.ring, &constants.places]
            .map(|number| number.load(Ordering::Relaxed));
        let length = places
            .checked_mul(size_of::<Place>() as u64)
            .and_then(|bytes| bytes.checked_add(ring))
            .and_then(|bytes| bytes.checked_add(RING as u64));
        let is_whole = magic == MAGIC
            && (1..=HIGHEST_BOUND).contains(&bound)
            && (SHORTEST_RING..=LONGEST_RING).contains(&ring)
            && ring.is_power_of_two()
            && length == Some(mapping.len() as u64)
            && counters.taken.is_some() == (places > 0);
        if !is_whole {
            return Err(damaged());
        }
        Ok(Core { mapping, ring, bound, places, counters })
    }

    pub(super) fn header(&self) -> &Header {
        self.mapping.at(0)
    }

    /// The places of tasks. Only joinable queues have some.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        (0..self.places).map(|index| self.place(index))
    }

    pub(super) fn place(&self, index: u64) -> &Place {
        let start = RING as u64 + self.ring;
        self.mapping.at((start + index * size_of::<Place>() as u64) as usize)
    }

    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.mapping.file()
    }

    pub(super) fn bound(&self) -> u64 {
        self.bound
    }

    pub(super) fn ring(&self) -> u64 {
        self.ring
    }

    /// How far the ring is filled, as this side sees it now.
    pub(super) fn tail(&self) -> Mark {
        Mark::of(self.header().tail.mark.load(Ordering::Acquire))
    }

    /// How far the ring is emptied, as this side sees it now.
    pub(super) fn head(&self) -> Mark {
        Mark::of(self.header().head.mark.load(Ordering::Acquire))
    }

    /// What lies between two marks. `None` if there is no such state of a queue.
    pub(super) fn held(&self, tail: Mark, head: Mark) -> Option<Held> {
        let held = Held { bytes: tail.bytes_since(head), values: tail.values_since(head) };
        let is_sound =
            held.bytes <= self.ring && held.values <= self.bound && held.values * Record::HEAD <= held.bytes;
        is_sound.then_some(held)
    }

    /// How many values there are. Others may change that at the same time.
    pub(super) fn len(&self) -> usize {
        // The head first: it never overtakes the tail.
        let head = self.head();
        self.tail().values_since(head).min(self.bound) as usize
    }

    pub(super) fn read_record(&self, at: Mark) -> Record {
        Record::of(self.read_word(at))
    }

    /// A unit of the ring.
    pub(super) fn read_word(&self, at: Mark) -> u64 {
        let mut word = [0; UNIT as usize];
        self.mapping.read(RING + at.place(self.ring) as usize, &mut word);
        u64::from_le_bytes(word)
    }

    pub(super) fn write_word(&self, at: Mark, word: u64) {
        self.mapping.write(RING + at.place(self.ring) as usize, &word.to_le_bytes());
    }

    /// Writes what follows a unit of the ring, such as a record's head. There is room for it.
    pub(super) fn write_bytes(&self, at: Mark, bytes: &[u8]) {
        let [front, back] = self.parts(at, bytes.len());
        self.mapping.write(front, &bytes[..bytes.len() - back]);
        self.mapping.write(RING, &bytes[bytes.len() - back..]);
    }

    /// Copies what follows a unit of the ring.
    pub(super) fn read_bytes(&self, at: Mark, bytes: &mut [u8]) {
        let [front, back] = self.parts(at, bytes.len());
        let (before, after) = bytes.split_at_mut(bytes.len() - back);
        self.mapping.read(front, before);
        self.mapping.read(RING, after);
    }

    /// Copies what follows a unit of the ring behind what is in the vector, which has room for it.
    pub(super) fn append_bytes(&self, at: Mark, length: usize, to: &mut Vec<u8>) {
        let [front, back] = self.parts(at, length);
        self.mapping.append(front, length - back, to);
        self.mapping.append(RING, back, to);
    }

    /// Where the bytes behind a unit begin in the memory, and how many of them are at the ring's front because the ring ends before
    /// they do.
    fn parts(&self, unit: Mark, length: usize) -> [usize; 2] {
        let place = unit.advanced(UNIT, 0).place(self.ring) as usize;
        [RING + place, length.saturating_sub(self.ring as usize - place)]
    }

    /// After a change of the tail, which was `before`, in a sender's turn: wakes who waits for it. With `always` it wakes without being asked: what a
    /// sender that was killed had published may not have been told.
    ///
    /// A sender that is killed between its last change and this leaves the receivers asleep until the next sender's turn, as if it
    /// had been killed before the change.
    pub(super) fn tell_receivers(&self, before: Mark, always: bool) {
        let wish = &self.header().receivers_wish;
        // Writing to a counter that is open does not fail.
        if must_wake(&wish.asleep) || always {
            let _ = eventfd::add(self.counters.items.as_fd());
        }
        let is_polled = wish.polled.load(Ordering::Relaxed) != 0;
        // A poller may want to be told of every change from empty, though the counter is set still.
        let is_known = wish.ready.load(Ordering::Relaxed) != 0 && self.head() != before;
        if is_polled && (always || !is_known) {
            // The counter first: who is killed in between leaves a counter that is set once too often, and not too rarely.
            let _ = eventfd::add(self.counters.ready.as_fd());
            wish.ready.store(1, Ordering::Relaxed);
        }
    }

    /// After a change of the head, in a receiver's turn: the same for senders.
    pub(super) fn tell_senders(&self, always: bool) {
        if must_wake(&self.header().senders_wish.asleep) || always {
            let _ = eventfd::add(self.counters.room.as_fd());
        }
        if let Some(taken) = &self.counters.taken
            && (must_wake(&self.header().senders_wish.joiner) || always)
        {
            let _ = eventfd::add(taken.as_fd());
        }
    }

    /// A receiver is going to be polled from outside.
    pub(super) fn begin_polling(&self) {
        let wish = &self.header().receivers_wish;
        wish.polled.store(1, Ordering::Relaxed);
        // A sender that has not seen this has changed the tail before, see `must_wake`.
        fence(Ordering::SeqCst);
        if self.tail() != self.head() {
            let _ = eventfd::add(self.counters.ready.as_fd());
        }
    }

    /// In a receiver's turn, with nothing to receive: pollers need not look any more. If a sender keeps its turn for long, it stays as
    /// it is, and the next receiver that finds nothing comes here again.
    ///
    /// This takes both turns, the receivers' and then the senders'. No sender ever waits for the receivers' one.
    pub(super) fn nothing_is_ready(&self) {
        let header = self.header();
        let wish = &header.receivers_wish;
        if wish.polled.load(Ordering::Relaxed) == 0 {
            return;
        }
        let Ok((_turn, killed)) = take_turn(&header.senders, Patience::None) else { return };
        if killed {
            self.tell_receivers(self.tail(), true);
        }
        if self.tail() == self.head() {
            wish.ready.store(0, Ordering::Relaxed);
            let _ = eventfd::take(self.counters.ready.as_fd());
        }
    }

    /// In a sender's turn: whether every receiver is gone. The kernel is asked every few milliseconds, and when a receiver was
    /// dropped: a question costs as much as a send.
    pub(super) fn receivers_are_gone(&self, life: BorrowedFd<'_>) -> io::Result<bool> {
        let header = self.header();
        let (dropped, looked) = (&header.receivers_wish.dropped, &header.senders.looked);
        let now = this::coarse_time();
        if dropped.load(Ordering::Acquire) == 0 && looked.load(Ordering::Relaxed) == now {
            return Ok(false);
        }
        looked.store(now, Ordering::Relaxed);
        // Before the question, so that the next drop is not missed.
        dropped.store(0, Ordering::SeqCst);
        let gone = poll::is_hung_up(life)?;
        if gone {
            self.receiver_was_dropped();
        }
        Ok(gone)
    }

    /// After a receiver's end was closed: the next sender looks whether one is left.
    pub(super) fn receiver_was_dropped(&self) {
        self.header().receivers_wish.dropped.store(1, Ordering::Release);
    }
}

/// Both ends of a pipe in which nothing is sent: each side sees when the last of the other side is gone.
pub(super) fn life() -> io::Result<[OwnedFd; 2]> {
    let (receivers, senders) = io::pipe()?;
    Ok([beyond_reserved(receivers.into())?, beyond_reserved(senders.into())?])
}
