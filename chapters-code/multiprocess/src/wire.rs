//! Frames: a header that says what follows, and a body of bytes, in a file that a process and its child share.
//!
//! A frame is written by one side and read by the other after the writer has said it is done: the parent starts the
//! child after writing, the child ends after writing. So a frame is whole or it is damaged, never "not yet there";
//! the lengths at its front tell the two apart, and a reader allocates no more than the file really holds.

use std::fs::File;
use std::io::{self, IoSlice, Read, Seek, SeekFrom, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Eight bytes that open every frame; the last one is the version of what follows.
const MAGIC: [u8; 8] = *b"mproces\x01";
const PREFIX: usize = MAGIC.len() + 4 + 8;

/// Why no frame was read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("nothing was written")]
    Empty,
    #[error("{0}")]
    Damaged(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes a frame in place of all that the file holds.
pub(crate) fn write<H: Serialize>(file: &mut File, header: &H, body: &[u8]) -> io::Result<()> {
    let header = encode(header).map_err(io::Error::other)?;
    let mut prefix = Vec::with_capacity(PREFIX + header.len());
    prefix.extend(MAGIC);
    prefix.extend(u32::try_from(header.len()).map_err(io::Error::other)?.to_le_bytes());
    prefix.extend((body.len() as u64).to_le_bytes());
    prefix.extend(header);
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    write_all(file, &mut [IoSlice::new(&prefix), IoSlice::new(body)])
}

/// One system call for both parts, unless the kernel takes less at once (it stops at 2 GiB).
fn write_all(file: &mut File, mut parts: &mut [IoSlice<'_>]) -> io::Result<()> {
    IoSlice::advance_slices(&mut parts, 0);
    while !parts.is_empty() {
        match file.write_vectored(parts) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut parts, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads the frame that the file holds: its header, and its body as bytes.
pub(crate) fn read<H: DeserializeOwned>(file: &mut File) -> Result<(H, Vec<u8>), FrameError> {
    let held = file.metadata()?.len();
    if held == 0 {
        return Err(FrameError::Empty);
    }
    let damaged = |what: &str| FrameError::Damaged(what.to_owned());
    if held < PREFIX as u64 {
        return Err(damaged("it is shorter than the shortest frame"));
    }
    file.seek(SeekFrom::Start(0))?;
    let mut prefix = [0; PREFIX];
    file.read_exact(&mut prefix)?;
    let (magic, lengths) = prefix.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(damaged("it does not begin as a frame of this version does"));
    }
    let header_length = u32::from_le_bytes(lengths[..4].try_into().expect("four bytes"));
    let body_length = u64::from_le_bytes(lengths[4..].try_into().expect("eight bytes"));
    let stated = (PREFIX as u64 + u64::from(header_length)).checked_add(body_length);
    if stated != Some(held) {
        return Err(damaged(&format!("it states {header_length} + {body_length} bytes and holds {held}")));
    }
    let mut header = vec![0; header_length as usize];
    file.read_exact(&mut header)?;
    let header = decode(&header).map_err(FrameError::Damaged)?;
    let mut body = vec![0; usize::try_from(body_length).map_err(io::Error::other)?];
    file.read_exact(&mut body)?;
    Ok((header, body))
}

/// A value as bytes.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    postcard::to_stdvec(value).map_err(|error| error.to_string())
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
mod tests {
    use super::*;
    use crate::sys::memfd;

    fn file(bytes: &[u8]) -> File {
        let mut file = memfd::create(c"test").expect("a memory file");
        file.write_all(bytes).expect("room");
        file
    }

    fn bytes(header: &str, body: &[u8]) -> Vec<u8> {
        let mut file = file(b"");
        write(&mut file, &header, body).expect("room");
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut bytes)).expect("readable");
        bytes
    }

    #[test]
    fn what_was_written_is_read() {
        for body in [&b""[..], b"x", &[7; 100_000]] {
            let (header, read_body) =
                read::<String>(&mut file(&bytes("header", body))).expect("a whole frame");
            assert_eq!((header.as_str(), read_body.as_slice()), ("header", body));
        }
    }

    #[test]
    fn a_second_frame_replaces_the_first() {
        let mut file = file(b"");
        write(&mut file, &"first", &[1; 1000]).expect("room");
        write(&mut file, &"second", b"x").expect("room");
        assert_eq!(read::<String>(&mut file).expect("a whole frame"), ("second".to_owned(), b"x".to_vec()));
    }

    #[test]
    fn a_frame_cut_anywhere_is_damaged() {
        let whole = bytes("header", b"body");
        assert!(matches!(read::<String>(&mut file(b"")), Err(FrameError::Empty)));
        for cut in 1..whole.len() {
            let read = read::<String>(&mut file(&whole[..cut]));
            assert!(matches!(read, Err(FrameError::Damaged(_))), "cut at {cut}: {read:?}");
        }
    }

    #[test]
    fn a_frame_with_any_bit_of_its_prefix_turned_is_damaged() {
        let whole = bytes("header", b"body");
        for bit in 0..PREFIX * 8 {
            let mut turned = whole.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            // Only moving the border between header and body keeps the sum; one bit cannot do that.
            let read = read::<String>(&mut file(&turned));
            assert!(matches!(read, Err(FrameError::Damaged(_))), "bit {bit}: {read:?}");
        }
    }

    #[test]
    fn lengths_that_overflow_are_damaged_and_allocate_nothing() {
        let mut huge = MAGIC.to_vec();
        huge.extend(u32::MAX.to_le_bytes());
        huge.extend(u64::MAX.to_le_bytes());
        assert!(matches!(read::<String>(&mut file(&huge)), Err(FrameError::Damaged(_))));
    }
}
