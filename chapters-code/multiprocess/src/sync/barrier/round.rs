//! The barrier in shared memory.
//!
//! One number says which round it is and whether the barrier is broken. It changes at one moment, so those who wait sleep as long as
//! it is what they have seen. Each of them holds a slot with a robust lock, so the kernel marks the slot of one that is killed.
//! How many wait is not counted anywhere: it is the number of slots that are held in this round.
//!
//! Who arrives, and who resets, holds the lock `door`. To break the barrier takes no lock, so it works beside a process that was
//! stopped at the door.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use crate::error::{BarrierError, CreateError};
use crate::sys::futex;
use crate::sys::robust::{Again, Holder, Looks, Patience, Robust, Taken};
use crate::sys::shared::{Mapping, shared_struct};

shared_struct! {
    struct Front {
        kind: AtomicU32,
        parties: AtomicU32,
        state: AtomicU32,
        door: Robust,
    }
}

shared_struct! {
    /// The place of one that waits, or that has not left yet.
    struct Slot {
        lock: Robust,
        /// The round in which it waits.
        round: AtomicU32,
        /// Not zero if the round was broken off by a reset.
        reset: AtomicU32,
        room: [AtomicU64; 2],
    }
}

const KIND: u32 = 0x4d50_0030;

/// Where the slots begin, and how far apart they are.
const SLOTS: usize = 64;
const SLOT: usize = 64;

const _: () = assert!(size_of::<Front>() <= SLOTS && size_of::<Slot>() <= SLOT);

/// The most parties.
const MOST: u32 = 1 << 19;

/// Which round it is, and whether the barrier is broken in it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State(u32);

impl State {
    fn round(self) -> u32 {
        self.0 >> 1
    }

    fn is_broken(self) -> bool {
        self.0 & 1 != 0
    }

    fn broken(self) -> State {
        State(self.0 | 1)
    }

    /// The next round, in which the barrier is whole.
    fn next(self) -> State {
        State((self.0 & !1).wrapping_add(2))
    }
}

/// What became of one that has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passed {
    /// It was the last one, and has let the others go.
    Last,
    Other,
}

/// The barrier, as this mapping has it.
pub(super) struct Rounds {
    mapping: Mapping,
    parties: u32,
}

impl Rounds {
    pub(super) fn new(parties: u32) -> Result<Rounds, CreateError> {
        let mapping = memory(parties).map_err(CreateError::at("a barrier", "allocating its memory"))?;
        Ok(Rounds { mapping, parties })
    }

    pub(super) fn of(file: OwnedFd) -> io::Result<Rounds> {
        let mapping = Mapping::of(file)?;
        if mapping.len() >= SLOTS {
            let front: &Front = mapping.at(0);
            let parties = front.parties.load(Ordering::Relaxed);
            if front.kind.load(Ordering::Acquire) == KIND
                && parties <= MOST
                && mapping.len() == SLOTS + slots(parties) * SLOT
            {
                return Ok(Rounds { mapping, parties });
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "the memory is not a barrier's"))
    }

    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.mapping.file()
    }

    pub(super) fn parties(&self) -> u32 {
        self.parties
    }

    fn front(&self) -> &Front {
        self.mapping.at(0)
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        (0..slots(self.parties)).map(|index| self.mapping.at(SLOTS + index * SLOT))
    }

    fn state(&self) -> State {
        State(self.front().state.load(Ordering::Acquire))
    }

    /// Changes the state, unless it has changed already, and wakes those who wait.
    fn change(&self, from: State, to: State) -> bool {
        let state = &self.front().state;
        let changed = state.compare_exchange(from.0, to.0, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if changed {
            futex::wake_all(state);
        }
        changed
    }

    pub(super) fn is_broken(&self) -> bool {
        self.state().is_broken()
    }

    /// Breaks the barrier in the round that it is in.
    pub(super) fn break_off(&self) {
        loop {
            let state = self.state();
            if state.is_broken() || self.change(state, state.broken()) {
                return;
            }
        }
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        let round = self.state().round();
        let waits = |slot: &&Slot| matches!(slot.lock.holder(), Holder::Thread(_)) && slot.is_of(round);
        self.slots().filter(waits).count()
    }

    /// Begins a new round. Those who wait are told that the barrier was broken.
    pub(super) fn reset(&self) -> Result<(), BarrierError> {
        // One that was killed at the door has left nothing that outlives the round.
        let _door = self.open_door(None)?;
        loop {
            let state = self.state();
            for slot in self.slots().filter(|slot| slot.is_of(state.round())) {
                slot.reset.store(1, Ordering::Relaxed);
            }
            if self.change(state, state.next()) {
                return Ok(());
            }
            // The barrier was broken meanwhile, which comes to the same for those who wait.
        }
    }

    /// Arrives, and waits for the others.
    pub(super) fn wait(&self, deadline: Option<Instant>) -> Result<Passed, BarrierError> {
        loop {
            let door = self.open_door(deadline)?;
            if door.was_abandoned {
                // One was killed when it arrived, at a moment that cannot be told.
                self.break_off();
            }
            let state = self.state();
            if state.is_broken() {
                return Err(BarrierError::Broken);
            }
            let (mut waiting, mut free, mut left) = (0, None, None);
            for slot in self.slots() {
                match (slot.lock.holder(), slot.is_of(state.round())) {
                    (Holder::Thread(_), true) => waiting += 1,
                    (Holder::Thread(_), false) => left = Some(slot),
                    (Holder::Ended, true) => {
                        self.break_off();
                        return Err(BarrierError::Broken);
                    }
                    (Holder::Ended | Holder::Nobody, _) => free = free.or(Some(slot)),
                }
            }
            if waiting + 1 >= self.parties {
                let passed = self.change(state, state.next());
                return if passed { Ok(Passed::Last) } else { Err(BarrierError::Broken) };
            }
            if let Some(slot) = free
                && slot.enter(state.round())
            {
                drop(door);
                return self.stay(state, slot, deadline);
            }
            drop(door);
            if let Some(slot) = left {
                // More threads than parties use the barrier, and so many have not left yet. One of them has to.
                self.wait_for(&slot.lock, deadline)?;
                slot.lock.let_go();
            }
        }
    }

    /// Waits in the slot until the round is over.
    fn stay(&self, state: State, slot: &Slot, deadline: Option<Instant>) -> Result<Passed, BarrierError> {
        let mut looks = Looks::until(deadline);
        let failed = loop {
            if self.state() != state {
                break None;
            }
            let (until, is_last) = looks.next();
            let failed = match futex::wait_while(&self.front().state, state.0, Some(until)) {
                Ok(true) => continue,
                Ok(false) if !is_last => {
                    if self.is_wrecked(state.round()) {
                        self.change(state, state.broken());
                    }
                    continue;
                }
                Ok(false) => BarrierError::TimedOut,
                Err(source) => BarrierError::System { source },
            };
            if self.change(state, state.broken()) {
                break Some(failed);
            }
            // The round was over at the same moment.
        };
        let broken = self.state() == state.broken() || slot.reset.load(Ordering::Relaxed) != 0;
        slot.lock.let_go();
        match failed {
            Some(failed) => Err(failed),
            None if broken => Err(BarrierError::Broken),
            None => Ok(Passed::Other),
        }
    }

    /// Whether one was killed while it waited in this round, or when it arrived.
    fn is_wrecked(&self, round: u32) -> bool {
        let is_dead = |slot: &Slot| slot.lock.holder() == Holder::Ended && slot.is_of(round);
        self.front().door.holder() == Holder::Ended || self.slots().any(is_dead)
    }

    fn open_door(&self, deadline: Option<Instant>) -> Result<Door<'_>, BarrierError> {
        let was_abandoned = self.wait_for(&self.front().door, deadline)?;
        Ok(Door { of: self, was_abandoned })
    }

    /// Takes a lock, and says whether its holder was killed. If there is no more time, the barrier is broken.
    fn wait_for(&self, lock: &Robust, deadline: Option<Instant>) -> Result<bool, BarrierError> {
        let source = match lock.take(deadline.into()) {
            Taken::Held => return Ok(false),
            Taken::Abandoned => return Ok(true),
            Taken::Busy => {
                self.break_off();
                return Err(BarrierError::TimedOut);
            }
            Taken::Own => io::Error::from_raw_os_error(libc::EDEADLK),
            Taken::Failed(source) => source,
        };
        Err(BarrierError::System { source })
    }
}

impl Slot {
    fn is_of(&self, round: u32) -> bool {
        self.round.load(Ordering::Relaxed) == round
    }

    /// Waits in it from now on. The door is held.
    fn enter(&self, round: u32) -> bool {
        let entered = matches!(self.lock.take(Patience::None), Taken::Held | Taken::Abandoned);
        if entered {
            self.reset.store(0, Ordering::Relaxed);
            self.round.store(round, Ordering::Relaxed);
        }
        entered
    }
}

/// The door, held by this thread.
struct Door<'a> {
    of: &'a Rounds,
    was_abandoned: bool,
}

impl Drop for Door<'_> {
    fn drop(&mut self) {
        self.of.front().door.let_go();
    }
}

/// Those who wait, and as many who have not left the round before.
fn slots(parties: u32) -> usize {
    2 * parties as usize
}

fn memory(parties: u32) -> io::Result<Mapping> {
    if parties > MOST {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    let mapping = Mapping::new(c"multiprocess-barrier", SLOTS + slots(parties) * SLOT)?;
    let front: &Front = mapping.at(0);
    front.parties.store(parties, Ordering::Relaxed);
    front.door.set_up(Again::Refused)?;
    for index in 0..slots(parties) {
        let slot: &Slot = mapping.at(SLOTS + index * SLOT);
        slot.lock.set_up(Again::Refused)?;
        slot.round.store(u32::MAX, Ordering::Relaxed);
    }
    front.kind.store(KIND, Ordering::Release);
    Ok(mapping)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_barrier_is_refused() {
        let rounds = Rounds::new(3).expect("there is memory");
        let copy = |mapping: &Mapping| mapping.file().try_clone_to_owned().expect("a number is free");
        assert_eq!(Rounds::of(copy(&rounds.mapping)).expect("it is whole").parties(), 3);
        rounds.front().parties.store(u32::MAX, Ordering::Relaxed);
        assert!(Rounds::of(copy(&rounds.mapping)).is_err());
        rounds.front().parties.store(3, Ordering::Relaxed);
        rounds.front().kind.store(0, Ordering::Relaxed);
        assert!(Rounds::of(copy(&rounds.mapping)).is_err());
        assert!(Rounds::of(copy(&Mapping::new(c"test", 8).expect("memory"))).is_err());
        assert!(Rounds::new(MOST + 1).is_err());
    }

    #[test]
    fn one_that_was_killed_at_the_door_breaks_the_barrier() {
        let rounds = Rounds::new(1).expect("there is memory");
        std::thread::scope(|scope| {
            scope.spawn(|| std::mem::forget(rounds.open_door(None).expect("it is free")));
        });
        let soon = Some(Instant::now() + std::time::Duration::from_secs(30));
        assert!(matches!(rounds.wait(soon), Err(BarrierError::Broken)));
        rounds.reset().expect("the door is free");
        assert_eq!(rounds.wait(soon).expect("it is whole"), Passed::Last);
    }

    /// The test takes the place of a waiter that is killed: its thread ends with the slot. No other one arrives.
    #[test]
    fn one_that_was_killed_while_it_waited_is_seen_by_the_others_soon() {
        let rounds = Rounds::new(3).expect("there is memory");
        let begun = Instant::now();
        let late = Some(begun + std::time::Duration::from_secs(30));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let door = rounds.open_door(None).expect("it is free");
                // The other one may have taken the first.
                assert!(rounds.slots().any(|slot| slot.enter(0)));
                drop(door);
                while rounds.waiting() < 2 {
                    std::thread::yield_now();
                }
            });
            let alive = scope.spawn(|| rounds.wait(late));
            assert!(matches!(alive.join().expect("it does not panic"), Err(BarrierError::Broken)));
        });
        assert!(begun.elapsed() < std::time::Duration::from_secs(10));
    }

    /// As above, but another one arrives.
    #[test]
    fn one_that_was_killed_while_it_waited_breaks_the_barrier_at_the_next_arrival() {
        let rounds = Rounds::new(3).expect("there is memory");
        let soon = Some(Instant::now() + std::time::Duration::from_secs(30));
        std::thread::scope(|scope| {
            let alive = scope.spawn(|| rounds.wait(soon));
            // If it came later, it would find the dead one and break the barrier itself.
            while rounds.waiting() < 1 && !alive.is_finished() {
                std::thread::yield_now();
            }
            scope.spawn(|| {
                let _door = rounds.open_door(soon).expect("it is free");
                let free = rounds.slots().find(|slot| slot.lock.holder() == Holder::Nobody);
                assert!(free.expect("there are six").enter(0));
            });
            // Where this takes long, it finds the dead one by itself.
            while !rounds.slots().any(|slot| slot.lock.holder() == Holder::Ended) && !alive.is_finished() {
                std::thread::yield_now();
            }
            assert!(matches!(rounds.wait(soon), Err(BarrierError::Broken)));
            assert!(matches!(alive.join().expect("it does not panic"), Err(BarrierError::Broken)));
        });
    }

    #[test]
    fn more_threads_than_parties_may_use_it_though_one_does_not_leave() {
        let rounds = Rounds::new(1).expect("there is memory");
        let soon = || Some(Instant::now() + std::time::Duration::from_millis(20));
        let rounds_of_two = Rounds::new(2).expect("there is memory");
        // All slots are held by threads of an earlier round.
        for slot in rounds_of_two.slots() {
            assert!(slot.enter(u32::MAX));
        }
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(matches!(rounds_of_two.wait(soon()), Err(BarrierError::TimedOut))));
        });
        assert!(rounds_of_two.is_broken());
        assert!(rounds.wait(soon()).is_ok());
    }
}
