//! How far a ring has been filled or emptied: one word, so that a process that is killed leaves it either as it was or as it is
//! to be.
//!
//! The word has the position, in units of 8 bytes, and the number of values up to there. Both only grow, and both wrap around.
//! Their differences are what counts: those stay far below where they wrap.

/// A record begins and ends at a multiple of this many bytes.
pub(super) const UNIT: u64 = 8;

/// Set by a receiver that has given up a long value halfway: its sender begins it again. Publishing clears it.
pub(super) const RESTART: u64 = 1;

const POSITION_BITS: u32 = 37;
const COUNT_BITS: u32 = 26;
const POSITION_MASK: u64 = (1 << POSITION_BITS) - 1;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;
const COUNT_SHIFT: u32 = 1 + POSITION_BITS;

/// The longest ring, in bytes: a difference of two positions is ambiguous from twice that on.
pub(super) const LONGEST_RING: u64 = (1 << (POSITION_BITS - 1)) * UNIT;

/// The most values that a queue may hold.
pub(super) const HIGHEST_BOUND: u64 = 1 << (COUNT_BITS - 1);

/// How far a ring has been filled, or how far it has been emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark(u64);

impl Mark {
    /// From the word in shared memory.
    pub(super) fn of(word: u64) -> Mark {
        Mark(word & !RESTART)
    }

    /// As the word in shared memory.
    pub(super) fn word(self) -> u64 {
        self.0
    }

    /// So many bytes and values further on.
    pub(super) fn advanced(self, bytes: u64, values: u64) -> Mark {
        let position = self.position().wrapping_add(bytes / UNIT) & POSITION_MASK;
        let count = self.count().wrapping_add(values) & COUNT_MASK;
        Mark(position << 1 | count << COUNT_SHIFT)
    }

    /// How many bytes lie between an earlier mark and this one.
    pub(super) fn bytes_since(self, earlier: Mark) -> u64 {
        (self.position().wrapping_sub(earlier.position()) & POSITION_MASK) * UNIT
    }

    /// How many values lie between an earlier mark and this one.
    pub(super) fn values_since(self, earlier: Mark) -> u64 {
        count_between(self.count(), earlier.count())
    }

    /// Where the mark is in a ring of that length, a power of two.
    pub(super) fn place(self, ring: u64) -> u64 {
        (self.position() * UNIT) & (ring - 1)
    }

    /// The number of values up to here. It wraps around.
    pub(super) fn count(self) -> u64 {
        self.0 >> COUNT_SHIFT & COUNT_MASK
    }

    fn position(self) -> u64 {
        self.0 >> 1 & POSITION_MASK
    }
}

/// How far one count is ahead of another one, where both may have wrapped around.
pub(super) fn count_between(later: u64, earlier: u64) -> u64 {
    later.wrapping_sub(earlier) & COUNT_MASK
}

#[cfg(test)]
mod tests {
    use proptest::prelude::any;
    use proptest::proptest;

    use super::*;

    proptest! {
        #[test]
        fn differences_survive_the_wrap(start in any::<u64>(), units in 0..=LONGEST_RING / UNIT, values in 0..=HIGHEST_BOUND) {
            let earlier = Mark::of(start);
            let later = earlier.advanced(units * UNIT, values);
            assert_eq!(later.bytes_since(earlier), units * UNIT);
            assert_eq!(later.values_since(earlier), values);
            assert_eq!(later.word() & RESTART, 0);
            assert_eq!(Mark::of(later.word() | RESTART), later);
        }

        #[test]
        fn a_place_is_in_the_ring(word in any::<u64>(), exponent in 12..36_u32) {
            let ring = 1 << exponent;
            let place = Mark::of(word).place(ring);
            assert!(place < ring && place.is_multiple_of(UNIT));
        }
    }
}
