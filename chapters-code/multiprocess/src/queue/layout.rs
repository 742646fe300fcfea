//! What lies where in a queue's memory: a header, the ring, and for a joinable queue the places of tasks.

use std::sync::atomic::{AtomicU32, AtomicU64};

use super::mark::UNIT;
use crate::sys::robust::Robust;
use crate::sys::shared::shared_struct;

/// What the memory of a queue begins with. It names the version of this layout.
pub(super) const MAGIC: u64 = u64::from_le_bytes(*b"mpqueue2");

/// The shortest ring, in bytes.
pub(super) const SHORTEST_RING: u64 = 4096;

/// Where the ring begins.
pub(super) const RING: usize = 2048;

const _: () = assert!(size_of::<Header>() <= RING);

shared_struct! {
    /// What is written once, before others know of the queue.
    #[repr(align(128))]
    pub(super) struct Constants {
        pub(super) magic: AtomicU64,
        pub(super) bound: AtomicU64,
        /// The length of the ring in bytes, a power of two.
        pub(super) ring: AtomicU64,
        /// How many places of tasks lie behind the ring.
        pub(super) places: AtomicU64,
    }
}

shared_struct! {
    /// Whose turn it is to send, to receive, or to join.
    #[repr(align(128))]
    pub(super) struct Turn {
        pub(super) lock: Robust,
        /// 1 while the holder of the lock waits for the other side.
        pub(super) waits: AtomicU32,
        /// The other side's mark as a holder of the lock has last seen it. To read the mark itself is slow while another CPU
        /// changes it.
        pub(super) seen: AtomicU64,
        /// When a sender has last looked whether receivers are left.
        pub(super) looked: AtomicU64,
        /// The CPU on which a holder of the lock has last changed its mark, and one more. 0 if none has.
        pub(super) cpu: AtomicU32,
    }
}

shared_struct! {
    /// A mark, alone in its cache lines: one side writes it and the other one reads it.
    #[repr(align(128))]
    pub(super) struct Shore {
        pub(super) mark: AtomicU64,
    }
}

shared_struct! {
    /// What one side wants to be told by the other one.
    #[repr(align(128))]
    pub(super) struct Wishes {
        /// 1 while the side's first in line sleeps, or is about to.
        pub(super) asleep: AtomicU32,
        /// 1 from when a receiver has first been polled from outside.
        pub(super) polled: AtomicU32,
        /// 1 while the counter that pollers see is known to be set.
        pub(super) ready: AtomicU32,
        /// 1 if a receiver was dropped since a sender has last looked whether receivers are left.
        pub(super) dropped: AtomicU32,
        /// 1 while a joiner waits for a task to be taken.
        pub(super) joiner: AtomicU32,
    }
}

shared_struct! {
    /// How many tasks are done or given up. It counts as marks count values.
    #[repr(align(128))]
    pub(super) struct Finished {
        pub(super) count: AtomicU64,
    }
}

// Each on cache lines of its own: CPUs fetch them in pairs of 64 bytes.
shared_struct! {
    pub(super) struct Header {
        pub(super) constants: Constants,
        pub(super) senders: Turn,
        /// How far the ring is filled. Who holds the senders' lock changes it.
        pub(super) tail: Shore,
        pub(super) receivers: Turn,
        /// How far the ring is emptied. Who holds the receivers' lock changes it.
        pub(super) head: Shore,
        pub(super) receivers_wish: Wishes,
        pub(super) senders_wish: Wishes,
        pub(super) joiners: Turn,
        pub(super) finished: Finished,
    }
}

/// The head of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The length of what follows.
    pub(super) length: u64,
    /// Whether a value begins here. What came before it and was not finished is void.
    pub(super) first: bool,
    /// Whether the value ends here.
    pub(super) last: bool,
    /// Whether it is bytes, and not a value that was written by serde. Bytes in several pieces begin with their length.
    pub(super) bytes: bool,
}

impl Record {
    /// The length of a record's head.
    pub(super) const HEAD: u64 = UNIT;

    pub(super) fn of(word: u64) -> Record {
        let [first, last, bytes] = [1, 2, 4].map(|flag| word & flag != 0);
        Record { length: word >> 3, first, last, bytes }
    }

    pub(super) fn word(self) -> u64 {
        let [first, last, bytes] = [self.first, self.last, self.bytes].map(u64::from);
        self.length << 3 | bytes << 2 | last << 1 | first
    }

    /// How much of the ring the record fills.
    pub(super) fn room(self) -> u64 {
        Record::HEAD + self.length.next_multiple_of(UNIT)
    }
}
