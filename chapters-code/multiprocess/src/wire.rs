//! Frames: a header that says what follows, and a body of bytes, in a file that a process and its child share.
//!
//! A frame is written by one side and read by the other after the writer has said it is done: the parent starts the
//! child after writing, the child ends after writing. So a frame is whole or it is damaged, never "not yet there";
//! the lengths at its front tell the two apart, and a reader allocates no more than there is to read.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sys::memfd::{ReadAt, allows_length};

/// What a frame is, in its first eight bytes; the last of them is the version of what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Work for a child.
    Plan,
    /// Work for a forkserver.
    Service,
    /// The plan has been read and given up its room; the outcome is still to come.
    Taken,
    /// What the child's work came to.
    Outcome,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Plan, Kind::Service, Kind::Taken, Kind::Outcome];

    /// Which kind of frame begins so.
    pub(crate) fn of(magic: [u8; 8]) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.magic() == magic)
    }

    fn magic(self) -> [u8; 8] {
        *match self {
            Kind::Plan => b"mprplan\x01",
            Kind::Service => b"mprserv\x01",
            Kind::Taken => b"mprtaken",
            Kind::Outcome => b"mproutc\x01",
        }
    }
}

/// Magic, length of the header, length of the body, and a check of the lengths.
const PREFIX: usize = 8 + 4 + 8 + 8;

/// The longest frame that is put together without allocating.
const SHORT: usize = 512;

/// What is worth neither a system call of its own nor giving back.
const SMALL: usize = 64 << 10;

/// What is read at first.
const FIRST: usize = 1024;

/// At most this much is allocated before any of it has been read.
const CHUNK: u64 = 16 << 20;

/// Why no frame was read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("it holds no {0:?} but a {1:?}")]
    Other(Kind, Kind),
    #[error("it is empty")]
    Empty,
    #[error("{0}")]
    Damaged(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes a frame in place of what the file holds; what was longer before stays behind it, unread.
pub(crate) fn write<H: Serialize>(file: &File, kind: Kind, header: &H, body: &[u8]) -> io::Result<()> {
    // A short frame allocates nothing, because a forked child writes one: there every page that is written for the first
    // time has to be copied.
    let mut short = [0; SHORT];
    if let Some(length) = put_short(&mut short, kind, header, body)? {
        allows_length(length as u64)?;
        return file.write_all_at(&short[..length], 0);
    }
    let header = encode(header).map_err(io::Error::other)?;
    let together = if body.len() <= SMALL { body.len() } else { 0 };
    let mut front = Vec::with_capacity(PREFIX + header.len() + together);
    front.extend(prefix(kind, header.len(), body.len())?);
    front.extend(header);
    allows_length(front.len() as u64 + body.len() as u64)?;
    // A small body is copied, so that one system call does.
    front.extend(&body[..together]);
    file.write_all_at(&front, 0)?;
    file.write_all_at(&body[together..], front.len() as u64)
}

/// Puts a frame together if there is room for it, and says how long it is.
fn put_short<H: Serialize>(
    room: &mut [u8; SHORT],
    kind: Kind,
    header: &H,
    body: &[u8],
) -> io::Result<Option<usize>> {
    let Ok(written) = postcard::to_slice(header, &mut room[PREFIX..]) else { return Ok(None) };
    let header_length = written.len();
    let body_at = PREFIX + header_length;
    let Some(place) = room.get_mut(body_at..body_at + body.len()) else { return Ok(None) };
    place.copy_from_slice(body);
    room[..PREFIX].copy_from_slice(&prefix(kind, header_length, body.len())?);
    Ok(Some(body_at + body.len()))
}

fn prefix(kind: Kind, header: usize, body: usize) -> io::Result<[u8; PREFIX]> {
    let (header, body) = (u32::try_from(header).map_err(io::Error::other)?, body as u64);
    let mut prefix = [0; PREFIX];
    prefix[..8].copy_from_slice(&kind.magic());
    prefix[8..12].copy_from_slice(&header.to_le_bytes());
    prefix[12..20].copy_from_slice(&body.to_le_bytes());
    prefix[20..].copy_from_slice(&check(header, body).to_le_bytes());
    Ok(prefix)
}

/// Replaces a plan that has been read by a note that it has been, and gives back the room that a long one took.
pub(crate) fn mark_taken(file: &File) -> io::Result<()> {
    let magic = Kind::Taken.magic();
    file.write_all_at(&magic, 0)?;
    if file.metadata()?.len() > SMALL as u64 { file.set_len(magic.len() as u64) } else { Ok(()) }
}

/// Reads the frame of that kind: its header, and its body as bytes.
pub(crate) fn read<H: DeserializeOwned>(
    source: &impl ReadAt,
    kind: Kind,
) -> Result<(H, Vec<u8>), FrameError> {
    let (header, body) = open(source, kind)?;
    Ok((header, body.read(source)?))
}

/// A body that may not have been read yet.
pub(crate) struct Body {
    start: u64,
    length: u64,
    /// What came with the header.
    first: Vec<u8>,
}

impl Body {
    /// The whole, if it came with the header.
    pub(crate) fn into_read(self) -> Result<Vec<u8>, Body> {
        if self.first.len() as u64 == self.length { Ok(self.first) } else { Err(self) }
    }

    /// Reads what is missing.
    pub(crate) fn read(self, source: &impl ReadAt) -> Result<Vec<u8>, FrameError> {
        complete(source, self.first, self.start, self.length)
    }
}

/// Reads the header of the frame of that kind.
pub(crate) fn open<H: DeserializeOwned>(source: &impl ReadAt, kind: Kind) -> Result<(H, Body), FrameError> {
    // Most frames are short: one system call reads all of such a frame.
    let mut first = [0; FIRST];
    let got = first_read(source, &mut first)?;
    let first = &first[..got];
    if first.is_empty() {
        return Err(FrameError::Empty);
    }
    let short = || FrameError::Damaged("it is shorter than the shortest frame".to_owned());
    // A note that the plan has been taken is no more than its first bytes.
    let (magic, rest) = first.split_first_chunk().ok_or_else(short)?;
    match Kind::of(*magic) {
        Some(found) if found == kind => {}
        Some(other) => return Err(FrameError::Other(kind, other)),
        None => return Err(FrameError::Damaged("it does not begin as a frame does".to_owned())),
    }
    let lengths = rest.get(..PREFIX - magic.len()).ok_or_else(short)?;
    let header_length = u32::from_le_bytes(lengths[..4].try_into().expect("four bytes"));
    let length = u64::from_le_bytes(lengths[4..12].try_into().expect("eight bytes"));
    let stated = u64::from_le_bytes(lengths[12..].try_into().expect("eight bytes"));
    if stated != check(header_length, length) {
        return Err(FrameError::Damaged("its lengths do not agree".to_owned()));
    }
    let header_length = u64::from(header_length);
    let start = PREFIX as u64 + header_length;
    let header = complete(source, known(first, PREFIX as u64, header_length), PREFIX as u64, header_length)?;
    let header = decode(&header).map_err(FrameError::Damaged)?;
    Ok((header, Body { start, length, first: known(first, start, length) }))
}

/// A number that goes with these two lengths and, most likely, with no others.
fn check(header: u32, body: u64) -> u64 {
    (u64::from(header) ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ body.rotate_left(32)
}

/// Reads what one call gives.
fn first_read(source: &impl ReadAt, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read_at(buffer, 0) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// Those of the bytes that have been read with the first.
fn known(first: &[u8], start: u64, length: u64) -> Vec<u8> {
    let known = first.get(usize::try_from(start).unwrap_or(usize::MAX)..).unwrap_or_default();
    known[..known.len().min(usize::try_from(length).unwrap_or(usize::MAX))].to_vec()
}

/// That many bytes: those that are known, and the rest read in chunks, so that a wrong length meets the end before it
/// meets the memory's limit.
fn complete(source: &impl ReadAt, known: Vec<u8>, start: u64, length: u64) -> Result<Vec<u8>, FrameError> {
    let mut bytes = known;
    while (bytes.len() as u64) < length {
        let at = bytes.len();
        let chunk = usize::try_from((length - at as u64).min(CHUNK)).expect("a chunk fits");
        bytes.resize(at + chunk, 0);
        if fill(source, &mut bytes[at..], start + at as u64)? < chunk {
            return Err(FrameError::Damaged(format!("it is shorter than the {length} bytes that it states")));
        }
    }
    Ok(bytes)
}

/// Reads until the buffer is full or nothing is left; says how much it got.
fn fill(source: &impl ReadAt, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read_at(&mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// A value as bytes.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    postcard::to_stdvec(value).map_err(|error| error.to_string())
}

/// A value as bytes, in a buffer that has room already.
pub(crate) fn encode_into<T: Serialize>(value: &T, buffer: Vec<u8>) -> Result<Vec<u8>, String> {
    postcard::to_extend(value, buffer).map_err(|error| error.to_string())
}

/// The value that the bytes hold, all of them: what is left over is an error too.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(format!("{} bytes are left over", rest.len())),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, SeekFrom, Write};

    use super::*;
    use crate::sys::memfd;

    fn file(bytes: &[u8]) -> File {
        let mut file = memfd::create(c"test").expect("a memory file");
        file.write_all(bytes).expect("room");
        file
    }

    fn bytes(header: &str, body: &[u8]) -> Vec<u8> {
        let mut file = file(b"");
        write(&file, Kind::Plan, &header, body).expect("room");
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut bytes)).expect("readable");
        bytes
    }

    fn read_plan(bytes: &[u8]) -> Result<(String, Vec<u8>), FrameError> {
        read::<String>(&file(bytes), Kind::Plan)
    }

    #[test]
    fn what_was_written_is_read() {
        for body in [&b""[..], b"x", &[7; 100_000], &vec![7; CHUNK as usize + 1]] {
            let (header, read_body) = read_plan(&bytes("header", body)).expect("a whole frame");
            assert!(header == "header" && read_body == body, "{} bytes", body.len());
        }
    }

    #[test]
    fn it_is_read_through_a_mapping_too() {
        let file = file(b"");
        let held = memfd::Held::new(&file).expect("addresses");
        write(&file, Kind::Outcome, &"header", &[7; 100_000]).expect("room");
        drop(file);
        assert_eq!(
            read::<String>(&held, Kind::Outcome).expect("whole"),
            ("header".to_owned(), vec![7; 100_000])
        );
    }

    #[test]
    fn a_note_that_a_plan_has_been_taken_is_known_by_its_first_bytes() {
        let file = file(b"");
        mark_taken(&file).expect("room");
        assert_eq!(file.metadata().expect("it is open").len(), 8);
        assert!(matches!(
            read::<String>(&file, Kind::Outcome),
            Err(FrameError::Other(Kind::Outcome, Kind::Taken))
        ));
    }

    #[test]
    fn a_second_frame_replaces_the_first() {
        let file = file(b"");
        write(&file, Kind::Plan, &"first", &[1; 1000]).expect("room");
        mark_taken(&file).expect("room");
        assert!(matches!(
            read::<String>(&file, Kind::Outcome),
            Err(FrameError::Other(Kind::Outcome, Kind::Taken))
        ));
        write(&file, Kind::Outcome, &"second", b"x").expect("room");
        assert_eq!(
            read::<String>(&file, Kind::Outcome).expect("whole"),
            ("second".to_owned(), b"x".to_vec())
        );
    }

    #[test]
    fn a_frame_cut_anywhere_is_damaged() {
        let whole = bytes("header", b"body");
        for cut in 0..whole.len() {
            let read = read_plan(&whole[..cut]);
            let found = match read {
                Err(FrameError::Empty) => cut == 0,
                Err(FrameError::Damaged(_)) => cut > 0,
                _ => false,
            };
            assert!(found, "cut at {cut}: {read:?}");
        }
    }

    #[test]
    fn a_frame_with_any_bit_of_its_prefix_turned_is_damaged() {
        let whole = bytes("header", b"body");
        for bit in 0..PREFIX * 8 {
            let mut turned = whole.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            let read = read_plan(&turned);
            assert!(matches!(read, Err(FrameError::Damaged(_))), "bit {bit}: {read:?}");
        }
    }

    #[test]
    fn a_body_that_is_stated_but_not_there_is_damaged_and_allocates_one_chunk() {
        let mut huge = Kind::Plan.magic().to_vec();
        huge.extend(1_u32.to_le_bytes());
        huge.extend((1_u64 << 60).to_le_bytes());
        huge.extend(check(1, 1 << 60).to_le_bytes());
        huge.extend([0; 100]);
        assert!(matches!(read_plan(&huge), Err(FrameError::Damaged(_))));
    }
}
