//! The permits in shared memory, and how a thread waits for one.
//!
//! Each permit is a robust lock, so the kernel gives back those of a killed holder. One of those who wait, the one that holds
//! `turn`, watches the permits: it waits until a holder says that it has released one, or has ended. The others wait for their turn.
//!
//! A holder that releases first unlocks and then looks whether anyone waits. The one that waits first says so and then looks at
//! the permits. So one of the two sees the other. A holder that is killed in between is seen to end.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
use std::time::Instant;

use crate::error::{CreateError, LockError};
use crate::sys::robust::{Again, Holder, Patience, Robust, Taken};
use crate::sys::shared::{Mapping, shared_struct};
use crate::sys::{eventfd, pidfd, poll, this};

shared_struct! {
    struct Front {
        kind: AtomicU32,
        /// Not zero while the holder of `turn` waits, or was killed when it did.
        waiting: AtomicU32,
        room: [AtomicU64; 7],
        turn: Robust,
    }
}

shared_struct! {
    /// One permit. It fills a cache line, so that permits which are in different hands do not slow each other down.
    struct Slot {
        lock: Robust,
        room: [AtomicU64; 3],
    }
}

const KIND: u32 = 0x4d50_0020;

/// Where the slots begin, and how far apart they are.
const SLOTS: usize = 128;
const SLOT: usize = 64;

const _: () = assert!(size_of::<Front>() <= SLOTS && size_of::<Slot>() <= SLOT);

/// The most permits. Their memory, 64 MiB, is allocated when they are made.
const MOST: usize = 1 << 20;

/// The permits, as this mapping has them. A permit is the index of its slot.
pub(super) struct Permits {
    /// There until it is dropped.
    mapping: Option<Mapping>,
    /// Written to when a permit is released while someone waits.
    released: OwnedFd,
    count: usize,
    /// How many were acquired by this mapping and not released.
    held: AtomicUsize,
    /// The slot that this process released last: it is likely to be free, and in this CPU's cache.
    last: AtomicUsize,
}

fn memory(permits: usize) -> io::Result<Mapping> {
    if permits > MOST {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    let mapping = Mapping::new(c"multiprocess-semaphore", SLOTS + permits * SLOT)?;
    let front: &Front = mapping.at(0);
    front.turn.set_up(Again::Refused)?;
    for index in 0..permits {
        mapping.at::<Slot>(SLOTS + index * SLOT).lock.set_up(Again::Refused)?;
    }
    front.kind.store(KIND, Ordering::Release);
    Ok(mapping)
}

impl Permits {
    /// That many, all free.
    pub(super) fn new(permits: usize) -> Result<Permits, CreateError> {
        let mapping = memory(permits).map_err(CreateError::at("a semaphore", "allocating its memory"))?;
        let released = eventfd::create(0);
        let released = released.map_err(CreateError::at("a semaphore", "making its descriptor"))?;
        Ok(Permits::over(mapping, released, permits))
    }

    /// Those that another handle has made.
    pub(super) fn of(memory: OwnedFd, released: OwnedFd) -> io::Result<Permits> {
        let mapping = Mapping::of(memory)?;
        let permits = mapping.len().saturating_sub(SLOTS) / SLOT;
        if SLOTS + permits * SLOT != mapping.len()
            || mapping.at::<Front>(0).kind.load(Ordering::Acquire) != KIND
            || !eventfd::is_one(released.as_fd())
        {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the memory is not a semaphore's"));
        }
        Ok(Permits::over(mapping, released, permits))
    }

    fn over(mapping: Mapping, released: OwnedFd, count: usize) -> Permits {
        let (held, last) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Permits { mapping: Some(mapping), released, count, held, last }
    }

    fn mapping(&self) -> &Mapping {
        self.mapping.as_ref().expect("it is there until the drop")
    }

    fn front(&self) -> &Front {
        self.mapping().at(0)
    }

    fn slot(&self, index: usize) -> &Slot {
        self.mapping().at(SLOTS + index * SLOT)
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        (0..self.count).map(|index| self.slot(index))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How many are free.
    pub(super) fn free(&self) -> usize {
        self.slots().filter(|slot| !matches!(slot.lock.holder(), Holder::Thread(_))).count()
    }

    /// The descriptors by which another handle can be made.
    pub(super) fn descriptors(&self) -> [BorrowedFd<'_>; 2] {
        [self.mapping().file(), self.released.as_fd()]
    }

    /// Takes a permit as soon as one is free. The guard in the error is never there.
    pub(super) fn take<G>(&self, deadline: Option<Instant>) -> Result<usize, LockError<G>> {
        // Those who have waited longer come first, if they are there already.
        if !self.is_watched()
            && let Some(permit) = self.take_free()
        {
            return Ok(permit);
        }
        let _turn = self.take_turn(deadline)?;
        self.watch(deadline)
    }

    /// Whether a thread waits for a permit, or was killed when it did.
    pub(super) fn is_watched(&self) -> bool {
        self.front().waiting.load(Ordering::SeqCst) != 0
    }

    /// Gives a permit back that this thread has taken.
    pub(super) fn release(&self, permit: usize) {
        self.last.store(permit, Ordering::Relaxed);
        self.held.fetch_sub(1, Ordering::Relaxed);
        self.slot(permit).lock.let_go();
        fence(Ordering::SeqCst);
        if self.is_watched() {
            // It fails only where a sandbox refuses writes. The others then see when this thread ends.
            let _ = eventfd::add(self.released.as_fd());
        }
    }

    /// Takes a permit that is free, or whose holder has ended.
    pub(super) fn take_free(&self) -> Option<usize> {
        let first = self.last.load(Ordering::Relaxed);
        for index in (first..self.count).chain(0..first) {
            let lock = &self.slot(index).lock;
            if matches!(lock.holder(), Holder::Thread(_)) {
                continue;
            }
            if let Taken::Held | Taken::Abandoned = lock.take(Patience::None) {
                self.held.fetch_add(1, Ordering::Relaxed);
                return Some(index);
            }
        }
        None
    }

    /// Makes this thread the one that watches the permits.
    fn take_turn<G>(&self, deadline: Option<Instant>) -> Result<Turn<'_>, LockError<G>> {
        match self.front().turn.take(deadline.into()) {
            // The one whose turn it was may have been killed at any moment. It leaves nothing that needs repair.
            Taken::Held | Taken::Abandoned => Ok(Turn(self)),
            Taken::Busy => Err(LockError::TimedOut),
            Taken::Own => Err(LockError::Deadlock),
            Taken::Failed(source) => Err(LockError::System { source }),
        }
    }

    /// Waits for a permit. This thread has the turn.
    fn watch<G>(&self, deadline: Option<Instant>) -> Result<usize, LockError<G>> {
        let system = |source| LockError::System { source };
        let mut watched: Vec<(u32, OwnedFd)> = Vec::new();
        loop {
            eventfd::take(self.released.as_fd()).map_err(system)?;
            self.front().waiting.store(1, Ordering::SeqCst);
            fence(Ordering::SeqCst);
            if let Some(permit) = self.take_free() {
                return Ok(permit);
            }
            let Some(holders) = self.holders() else { continue };
            if !holders.is_empty() && holders.iter().all(|&(_, thread)| thread == this::thread()) {
                return Err(LockError::Deadlock);
            }
            watched.retain(|(thread, _)| holders.iter().any(|(_, holder)| holder == thread));
            if !self.watch_too(&holders, &mut watched).map_err(system)? {
                continue;
            }
            let fds: Vec<BorrowedFd<'_>> =
                [self.released.as_fd()].into_iter().chain(watched.iter().map(|(_, fd)| fd.as_fd())).collect();
            let ready = poll::poll(&fds, deadline).map_err(system)?;
            if !ready.contains(&true) {
                return Err(LockError::TimedOut);
            }
            // The number of one that has ended may be another thread's next.
            let mut ended = ready[1..].iter();
            watched.retain(|_| ended.next() == Some(&false));
        }
    }

    /// Which thread holds which slot. `None` if one is free meanwhile.
    fn holders(&self) -> Option<Vec<(usize, u32)>> {
        let holder = |index| match self.slot(index).lock.holder() {
            Holder::Thread(thread) => Some((index, thread)),
            Holder::Nobody | Holder::Ended => None,
        };
        (0..self.count).map(holder).collect()
    }

    /// Watches these holders, too. `false` if one of them has let go meanwhile.
    fn watch_too(&self, holders: &[(usize, u32)], watched: &mut Vec<(u32, OwnedFd)>) -> io::Result<bool> {
        for &(index, thread) in holders {
            if watched.iter().any(|(known, _)| *known == thread) {
                continue;
            }
            let opened = pidfd::of_thread(thread)?;
            // Otherwise the number may have been another thread's when it was opened.
            if self.slot(index).lock.holder() != Holder::Thread(thread) {
                return Ok(false);
            }
            // There is none for a holder in a namespace that cannot be looked into from here.
            watched.extend(opened.map(|fd| (thread, fd)));
        }
        Ok(true)
    }
}

impl Drop for Permits {
    fn drop(&mut self) {
        // A permit was forgotten. The C library's list of the locks that the thread holds leads through this memory.
        if *self.held.get_mut() > 0 && self.slots().any(|slot| slot.lock.is_held_here()) {
            self.mapping.take().into_iter().for_each(Mapping::leak);
        }
    }
}

/// This thread watches the permits.
struct Turn<'a>(&'a Permits);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let front = self.0.front();
        // The next one says it again before it looks at the permits.
        front.waiting.store(0, Ordering::Relaxed);
        front.turn.let_go();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_semaphore_is_refused() {
        let permits = Permits::new(2).expect("there is memory");
        let copy = |fd: BorrowedFd<'_>| fd.try_clone_to_owned().expect("a number is free");
        let [memory, released] = permits.descriptors();
        assert_eq!(Permits::of(copy(memory), copy(released)).expect("it is whole").count(), 2);
        assert!(Permits::of(copy(memory), copy(memory)).is_err());
        assert!(Permits::of(copy(released), copy(released)).is_err());
        let short = Mapping::new(c"test", 8).expect("there is memory");
        assert!(Permits::of(copy(short.file()), copy(released)).is_err());
        permits.front().kind.store(0, Ordering::Relaxed);
        assert!(Permits::of(copy(memory), copy(released)).is_err());
        assert!(Permits::new(MOST + 1).is_err());
    }
}
