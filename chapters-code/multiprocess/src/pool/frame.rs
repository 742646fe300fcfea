//! What goes through the socket between a pool and a worker.
//!
//! A frame is a header and records. In a frame of tasks, each record is the arguments of one. In a frame of results, each record
//! is what came of one. Both ends are the same program, so the numbers are in the machine's order.
//!
//! Descriptors that are in a task's arguments go along with a byte of their own, [`MARKER`], before the frame that they belong to.

use std::ops::Range;

/// How long a header is.
pub(super) const HEADER: usize = 48;

/// The byte that descriptors go along with.
pub(super) const MARKER: u8 = b'+';

const MAGIC: [u8; 4] = *b"mpt1";

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The name of a target that tasks are about to call, for a worker.
    Target,
    /// Tasks, for a worker.
    Tasks,
    /// What came of them, for the pool.
    Results,
}

/// How a frame begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    /// How many descriptors belong to the tasks.
    pub(super) descriptors: u32,
    /// How many records are in front of the first task, which other workers have run.
    pub(super) skipped: u32,
    /// How many tasks, or results, there are.
    pub(super) count: u32,
    /// Where the target is. In a frame of results, how many nanoseconds the tasks took.
    pub(super) number: u64,
    /// The number of the first task.
    pub(super) first: u64,
    /// How many bytes of records follow.
    pub(super) length: u64,
}

impl Header {
    pub(super) fn to_bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4] = self.kind as u8;
        bytes[8..12].copy_from_slice(&self.descriptors.to_ne_bytes());
        bytes[12..16].copy_from_slice(&self.skipped.to_ne_bytes());
        bytes[16..20].copy_from_slice(&self.count.to_ne_bytes());
        bytes[24..32].copy_from_slice(&self.number.to_ne_bytes());
        bytes[32..40].copy_from_slice(&self.first.to_ne_bytes());
        bytes[40..].copy_from_slice(&self.length.to_ne_bytes());
        bytes
    }

    /// The header that the bytes begin with. `Ok(None)` if there are too few of them to say.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Header>, &'static str> {
        let known = bytes.len().min(4);
        if bytes[..known] != MAGIC[..known] {
            return Err("a frame does not begin as those of a pool do");
        }
        let Some(bytes) = bytes.first_chunk::<HEADER>() else { return Ok(None) };
        let word = |at: usize| u32::from_ne_bytes(*bytes[at..].first_chunk().expect("it is inside"));
        let long = |at: usize| u64::from_ne_bytes(*bytes[at..].first_chunk().expect("it is inside"));
        let kind = match bytes[4] {
            0 => Kind::Target,
            1 => Kind::Tasks,
            2 => Kind::Results,
            _ => return Err("a frame holds neither tasks nor results"),
        };
        Ok(Some(Header {
            kind,
            descriptors: word(8),
            skipped: word(12),
            count: word(16),
            number: long(24),
            first: long(32),
            length: long(40),
        }))
    }
}

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// The bytes of a value.
    Value,
    /// Those of a panic.
    Panicked,
    /// Those of a refusal.
    Refused,
}

/// How much a record is longer than its body.
pub(super) const FRONT: usize = 8;

/// What a record with a body of that length begins with.
#[inline]
pub(super) fn front(status: Status, length: usize) -> [u8; FRONT] {
    ((length as u64) << 2 | status as u64).to_ne_bytes()
}

/// The record at that place: what it is, and where its body is. `None` if it does not end inside the bytes.
#[inline]
pub(super) fn record(bytes: &[u8], at: usize) -> Option<(Status, Range<usize>)> {
    let front = u64::from_ne_bytes(*bytes.get(at..)?.first_chunk()?);
    let status = match front & 3 {
        0 => Status::Value,
        1 => Status::Panicked,
        2 => Status::Refused,
        _ => return None,
    };
    let start = at + FRONT;
    let end = start.checked_add(usize::try_from(front >> 2).ok()?)?;
    (end <= bytes.len()).then_some((status, start..end))
}

/// The place behind so many records.
pub(super) fn behind(bytes: &[u8], mut at: usize, count: usize) -> Option<usize> {
    for _ in 0..count {
        at = record(bytes, at)?.1.end;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::any;
    use proptest::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn a_header_reads_back(results in any::<bool>(), words in any::<[u32; 3]>(), longs in any::<[u64; 3]>()) {
            let [descriptors, skipped, count] = words;
            let [number, first, length] = longs;
            let kind = if results { Kind::Results } else { Kind::Tasks };
            let header = Header { kind, descriptors, skipped, count, number, first, length };
            let bytes = header.to_bytes();
            prop_assert_eq!(Header::parse(&bytes), Ok(Some(header)));
            for cut in 0..HEADER {
                prop_assert_eq!(Header::parse(&bytes[..cut]), Ok(None));
            }
        }

        #[test]
        fn any_bytes_are_a_header_and_records_or_refused(bytes in vec(any::<u8>(), 0..80), at in 0..100_usize) {
            let _ = Header::parse(&bytes);
            let _ = Header::parse(&[&MAGIC[..], &bytes].concat());
            let _ = record(&bytes, at);
        }
    }

    #[test]
    fn records_follow_one_another() {
        let mut bytes = vec![];
        for (status, body) in
            [(Status::Value, &b"one"[..]), (Status::Refused, b""), (Status::Panicked, b"three")]
        {
            bytes.extend(front(status, body.len()));
            bytes.extend_from_slice(body);
        }
        assert_eq!(record(&bytes, 0), Some((Status::Value, 8..11)));
        assert_eq!(record(&bytes, 11), Some((Status::Refused, 19..19)));
        assert_eq!(behind(&bytes, 0, 2), Some(19));
        assert_eq!(behind(&bytes, 0, 3), Some(bytes.len()));
        assert_eq!(behind(&bytes, 0, 4), None);
        assert_eq!(record(&bytes[..10], 0), None, "it is cut");
    }
}
