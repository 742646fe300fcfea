//! What holds for every frame, and for every file that should hold one and does not.

use std::fs::File;
use std::io::Write;

use proptest::collection::vec;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use proptest::strategy::{Just, Strategy};

use super::{FrameError, Kind, PREFIX, decode, read, write};
use crate::error::{Panic, Refusal};
use crate::sys::memfd::{self, ReadAt};

/// Bytes in place of a file.
impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }
}

fn frame(kind: Kind, header: &[u16], body: &[u8]) -> Vec<u8> {
    let file = memfd::create(c"test").expect("a memory file");
    write(&file, kind, &header, body).expect("room");
    let mut bytes = vec![0; file.metadata().expect("it is open").len() as usize];
    file.read_at(&mut bytes, 0).expect("readable");
    bytes
}

fn kinds() -> impl Strategy<Value = Kind> {
    proptest::prop_oneof![Just(Kind::Plan), Just(Kind::Taken), Just(Kind::Outcome)]
}

/// A whole frame, and what it holds.
fn frames() -> impl Strategy<Value = (Kind, Vec<u16>, Vec<u8>)> {
    (kinds(), vec(any::<u16>(), 0..40), vec(any::<u8>(), 0..200))
}

/// One change of a file's bytes.
#[derive(Clone, Debug)]
enum Change {
    Turn(Index, u8),
    Cut(Index),
    Insert(Index, Vec<u8>),
    Remove(Index),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let place = |at: &Index| at.index(bytes.len());
        match self {
            Change::Turn(at, bit) => {
                let at = place(at);
                bytes[at] ^= 1 << (bit % 8);
            }
            Change::Cut(at) => bytes.truncate(place(at)),
            Change::Insert(at, more) => {
                let at = place(at);
                bytes.splice(at..at, more.iter().copied());
            }
            Change::Remove(at) => {
                bytes.remove(place(at));
            }
        }
    }
}

fn changes() -> impl Strategy<Value = Change> {
    proptest::prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, bit)| Change::Turn(at, bit)),
        any::<Index>().prop_map(Change::Cut),
        (any::<Index>(), vec(any::<u8>(), 1..9)).prop_map(|(at, more)| Change::Insert(at, more)),
        any::<Index>().prop_map(Change::Remove),
    ]
}

proptest! {
    #[test]
    fn a_frame_reads_back_whole_and_as_no_other_kind((kind, header, body) in frames(), asked in kinds()) {
        let bytes = frame(kind, &header, &body);
        match read::<Vec<u16>>(&bytes, asked) {
            Ok(found) => prop_assert!(asked == kind && found == (header, body)),
            Err(FrameError::Other(wanted, found)) => prop_assert!(wanted == asked && found == kind && asked != kind),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn bytes_that_are_no_frame_are_damaged(bytes in vec(any::<u8>(), 1..300), kind in kinds()) {
        prop_assert!(matches!(read::<Vec<u16>>(&bytes, kind), Err(FrameError::Damaged(_))));
    }

    /// With a frame's first bytes, so that the lengths are looked at.
    #[test]
    fn bytes_that_begin_as_a_frame_are_damaged(rest in vec(any::<u8>(), 0..300), kind in kinds()) {
        let bytes = [&kind.magic()[..], &rest].concat();
        prop_assert!(matches!(read::<Vec<u16>>(&bytes, kind), Err(FrameError::Damaged(_))));
    }

    /// A change of the prefix is noticed. One behind it may not be, since frames carry no checksum of what they hold:
    /// then what is read has the lengths that were stated, and nothing more is ever taken from the file.
    #[test]
    fn a_changed_frame_is_damaged_or_has_its_lengths((kind, header, body) in frames(), changes in vec(changes(), 1..4)) {
        let whole = frame(kind, &header, &body);
        let mut changed = whole.clone();
        changes.iter().for_each(|change| change.apply(&mut changed));
        if let Ok((_, found)) = read::<Vec<u16>>(&changed, kind) {
            prop_assert_eq!(&changed[..PREFIX], &whole[..PREFIX]);
            prop_assert_eq!(found.len(), body.len());
        }
    }

    #[test]
    fn an_outcome_of_any_bytes_is_read_or_refused(bytes in vec(any::<u8>(), 0..100)) {
        // What is looked for is a panic, an endless allocation, or worse.
        let _ = decode::<Result<Panic, Refusal>>(&bytes);
        let mut file: File = memfd::create(c"test").expect("a memory file");
        file.write_all(&bytes).expect("room");
        let held = memfd::Held::new(&file).expect("addresses");
        prop_assert_eq!(
            read::<Vec<u16>>(&held, Kind::Outcome).is_ok(),
            read::<Vec<u16>>(&file, Kind::Outcome).is_ok()
        );
    }
}
