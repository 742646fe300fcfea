//! How a message begins.
//!
//! | bytes | what |
//! |---|---|
//! | 0 to 3 | [`MAGIC`] |
//! | 4 | what the body is: 0 a value, 1 bytes |
//! | 5 | where it is: 0 behind the header, 1 in what the last descriptor reads |
//! | 6 and 7 | how many descriptors belong to the value |
//! | 8 to 15 | how long the body is |
//!
//! Both ends are the same program, so the numbers are in the machine's order.

/// How long a header is.
pub(super) const LENGTH: usize = 16;

/// The longest body that is sent behind its header. Two of them fit into a socket at once. A longer one goes through a stream of
/// its own, which takes about 20 µs to make and to hand over. That is as long as copying 128 KiB takes.
pub(super) const INLINE: usize = 128 << 10;

/// The most descriptors that belong to a value. The kernel takes three more in a message, one of which the body may need.
pub(super) const DESCRIPTORS: usize = 250;

const MAGIC: [u8; 4] = *b"mpp1";

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Value,
    Bytes,
}

/// Where a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Inline,
    Elsewhere,
}

/// How a message begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) place: Place,
    /// How many descriptors belong to the value.
    pub(super) descriptors: u16,
    /// How long the body is.
    pub(super) length: u64,
}

impl Header {
    pub(super) fn to_bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4] = self.kind as u8;
        bytes[5] = self.place as u8;
        bytes[6..8].copy_from_slice(&self.descriptors.to_ne_bytes());
        bytes[8..].copy_from_slice(&self.length.to_ne_bytes());
        bytes
    }

    /// The header that a message begins with.
    pub(super) fn parse(message: &[u8]) -> Result<Header, &'static str> {
        let Some((header, _)) = message.split_first_chunk::<LENGTH>() else {
            return Err("a message is shorter than its header");
        };
        let [magic @ .., kind, place, low, high] = *header.first_chunk::<8>().expect("a header is longer");
        if magic != MAGIC {
            return Err("a message does not begin as those of this library do");
        }
        Ok(Header {
            kind: match kind {
                0 => Kind::Value,
                1 => Kind::Bytes,
                _ => return Err("a message is neither a value nor bytes"),
            },
            place: match place {
                0 => Place::Inline,
                1 => Place::Elsewhere,
                _ => return Err("a message's body is in no known place"),
            },
            descriptors: u16::from_ne_bytes([low, high]),
            length: u64::from_ne_bytes(*header.last_chunk().expect("a header is longer")),
        })
    }

    /// Whether a message of this length, that came with so many descriptors, can have this header.
    pub(super) fn check(&self, message: usize, descriptors: usize) -> Result<(), &'static str> {
        let body = (message - LENGTH) as u64;
        let (expected_body, own) = match self.place {
            Place::Inline => (self.length, 0),
            Place::Elsewhere => (0, 1),
        };
        if body != expected_body {
            return Err("a message is not as long as its header says");
        }
        if descriptors != usize::from(self.descriptors) + own {
            return Err("a message came with other descriptors than its header says");
        }
        if self.kind == Kind::Bytes && self.descriptors > 0 {
            return Err("bytes came with descriptors");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::any;
    use proptest::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn a_header_reads_back(value in any::<bool>(), inline in any::<bool>(), descriptors in any::<u16>(), length in any::<u64>()) {
            let kind = if value { Kind::Value } else { Kind::Bytes };
            let place = if inline { Place::Inline } else { Place::Elsewhere };
            let header = Header { kind, place, descriptors, length };
            prop_assert_eq!(Header::parse(&header.to_bytes()), Ok(header));
        }

        #[test]
        fn any_bytes_are_a_header_or_refused(message in vec(any::<u8>(), 0..40), real in any::<bool>(), descriptors in 0..300_usize) {
            let front = if real { &MAGIC[..] } else { &[] };
            let message = [front, &message].concat();
            if let Ok(header) = Header::parse(&message) {
                prop_assert_eq!(&header.to_bytes()[..], &message[..LENGTH]);
                let _ = header.check(message.len(), descriptors);
            }
        }
    }

    #[test]
    fn what_does_not_fit_its_header_is_refused() {
        let inline = Header { kind: Kind::Value, place: Place::Inline, descriptors: 2, length: 3 };
        assert_eq!(inline.check(LENGTH + 3, 2), Ok(()));
        assert!(inline.check(LENGTH + 2, 2).is_err());
        assert!(inline.check(LENGTH + 3, 3).is_err());
        let elsewhere = Header { place: Place::Elsewhere, length: u64::MAX, ..inline };
        assert_eq!(elsewhere.check(LENGTH, 3), Ok(()));
        assert!(elsewhere.check(LENGTH + 1, 3).is_err());
        assert!(elsewhere.check(LENGTH, 2).is_err());
        let bytes = Header { kind: Kind::Bytes, ..inline };
        assert!(bytes.check(LENGTH + 3, 2).is_err());
    }
}
