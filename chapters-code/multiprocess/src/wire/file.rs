//! The file that a process shares with one child: work on the way there, what came of it on the way back.
//!
//! It lives in memory, has no name, and nobody but the two has it. One side writes, says that it is done, and the other
//! reads: the parent starts the child after writing, and the child ends after writing. So what is in it is whole, unless
//! there was no room or the child was ended in the middle, which its exit status shows. It begins with a mark that says
//! what it holds and with the length of that.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::io::{Errno, pread, pwrite};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::decode_front;
use crate::sys::memfd::{self, allows_length};

/// What the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mark {
    /// Work that has not been taken up.
    Work = b'w',
    /// The work has been taken up. The outcome is still to come.
    Taken = b't',
    /// What the work came to.
    Outcome = b'o',
}

/// The mark, and the length of what follows.
const PREFIX: usize = 1 + 8;

/// What is put together without allocating: a forked child writes it, and there every page that is written for the first
/// time has to be copied.
const SHORT: usize = 512;

/// What is worth neither a system call of its own nor giving back.
const SMALL: usize = 64 << 10;

/// What is read at first.
const FIRST: usize = 1024;

/// At most this much is allocated before any of it has been read.
const CHUNK: usize = 16 << 20;

/// A new, empty file.
pub(crate) fn create() -> io::Result<OwnedFd> {
    memfd::create(c"multiprocess")
}

/// Writes a header and a body in place of what the file holds. What was longer before stays behind it, unread.
pub(crate) fn write<H: Serialize>(
    file: BorrowedFd<'_>,
    mark: Mark,
    header: &H,
    body: &[u8],
) -> io::Result<()> {
    let mut short = [0; SHORT];
    let header_length = postcard::to_slice(header, &mut short[PREFIX..]).ok().map(|written| written.len());
    if let Some(header_length) = header_length
        && let Some(place) = short[PREFIX + header_length..].get_mut(..body.len())
    {
        place.copy_from_slice(body);
        let length = header_length + body.len();
        short[..PREFIX].copy_from_slice(&prefix(mark, length));
        allows_length((PREFIX + length) as u64)?;
        return put(file, &short[..PREFIX + length], 0);
    }
    let mut front = vec![0; PREFIX];
    front = postcard::to_extend(header, front).map_err(io::Error::other)?;
    let length = front.len() - PREFIX + body.len();
    front[..PREFIX].copy_from_slice(&prefix(mark, length));
    allows_length((PREFIX + length) as u64)?;
    if body.len() <= SMALL {
        // A small body is copied, so that one system call does.
        front.extend(body);
        return put(file, &front, 0);
    }
    put(file, body, front.len() as u64)?;
    // Last, so that the mark is there only if everything is.
    put(file, &front, 0)
}

/// Makes the calls that [`write()`] makes, and writes nothing: memory that is first used by the child need not be copied for it.
pub(crate) fn try_to_write(file: BorrowedFd<'_>) -> io::Result<()> {
    allows_length(PREFIX as u64)?;
    pwrite(file, &[], 0)?;
    Ok(())
}

/// Writes all of the bytes.
fn put(file: BorrowedFd<'_>, bytes: &[u8], offset: u64) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        match pwrite(file, &bytes[written..], offset + written as u64) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(some) => written += some,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn prefix(mark: Mark, length: usize) -> [u8; PREFIX] {
    let mut prefix = [mark as u8; PREFIX];
    prefix[1..].copy_from_slice(&(length as u64).to_le_bytes());
    prefix
}

/// Replaces work that has been read by a note that it has been, and gives back the room of arguments of that length if it
/// is large.
pub(crate) fn mark_taken(file: BorrowedFd<'_>, length: usize) -> io::Result<()> {
    allows_length(PREFIX as u64)?;
    put(file, &prefix(Mark::Taken, 0), 0)?;
    if length > SMALL { Ok(rustix::fs::ftruncate(file, PREFIX as u64)?) } else { Ok(()) }
}

/// What a file was found to hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<H> {
    /// What was looked for: the header, and the bytes behind it.
    Whole(H, Vec<u8>),
    /// Work, where an outcome was looked for.
    Work,
    /// Nothing: the work was taken up, or was never in the file.
    Nothing,
    /// Something else.
    Damaged(String),
}

/// Reads what the file holds.
pub(crate) fn read<H: DeserializeOwned>(file: BorrowedFd<'_>, wanted: Mark) -> io::Result<Found<H>> {
    // Mostly it is short: one system call reads all of it.
    let mut first = [0; FIRST];
    let got = fill(file, &mut first, 0)?;
    let Some((prefix, start)) = first[..got].split_first_chunk::<PREFIX>() else {
        let few = |_| Found::Damaged(format!("it has only {got} bytes"));
        return Ok((got > 0).then_some(()).map_or(Found::Nothing, few));
    };
    match prefix[0] {
        mark if mark == wanted as u8 => {}
        mark if mark == Mark::Work as u8 => return Ok(Found::Work),
        mark if mark == Mark::Taken as u8 => return Ok(Found::Nothing),
        _ => return Ok(Found::Damaged("it does not begin as it must".to_owned())),
    }
    let length = u64::from_le_bytes(prefix[1..].try_into().expect("eight bytes"));
    let Some(bytes) = body(file, start, length)? else {
        return Ok(Found::Damaged(format!("it has less than the {length} bytes that it states")));
    };
    Ok(match decode_front(&bytes) {
        Ok((header, rest)) => {
            let at = bytes.len() - rest.len();
            let mut bytes = bytes;
            bytes.drain(..at);
            Found::Whole(header, bytes)
        }
        Err(error) => Found::Damaged(error),
    })
}

/// That many bytes: those of the start, and the rest read in chunks, so that a wrong length meets the end of the file
/// before it meets the memory's limit. `None` if there are fewer.
fn body(file: BorrowedFd<'_>, start: &[u8], length: u64) -> io::Result<Option<Vec<u8>>> {
    let Ok(length) = usize::try_from(length) else { return Ok(None) };
    let mut bytes = start[..start.len().min(length)].to_vec();
    while bytes.len() < length {
        let at = bytes.len();
        bytes.resize(at + (length - at).min(CHUNK), 0);
        let got = fill(file, &mut bytes[at..], (PREFIX + at) as u64)?;
        if at + got < bytes.len() {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// Reads until the buffer is full or nothing is left; says how much it got.
fn fill(file: BorrowedFd<'_>, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match pread(file, &mut buffer[filled..], offset + filled as u64) {
            // A file's read gives less than what was asked for where the file ends.
            Ok(got) if got < buffer.len() - filled => return Ok(filled + got),
            Ok(got) => filled += got,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use std::os::fd::AsFd;

    use super::*;

    fn file(bytes: &[u8]) -> OwnedFd {
        let file = create().expect("a memory file");
        put(file.as_fd(), bytes, 0).expect("there is room");
        file
    }

    fn length(file: &OwnedFd) -> usize {
        rustix::fs::fstat(file).expect("it is open").st_size as usize
    }

    fn bytes(mark: Mark, header: &str, body: &[u8]) -> Vec<u8> {
        let file = file(b"");
        write(file.as_fd(), mark, &header, body).expect("there is room");
        let mut bytes = vec![0; length(&file)];
        assert_eq!(fill(file.as_fd(), &mut bytes, 0).expect("it is readable"), bytes.len());
        bytes
    }

    fn read_work(bytes: &[u8]) -> Found<String> {
        read(file(bytes).as_fd(), Mark::Work).expect("it is readable")
    }

    #[test]
    fn what_was_written_is_read() {
        for body in [&b""[..], b"x", &[7; 1000], &[7; SMALL + 1], &vec![7; CHUNK + 1]] {
            let found = read_work(&bytes(Mark::Work, "header", body));
            assert!(found == Found::Whole("header".to_owned(), body.to_vec()), "{} bytes", body.len());
        }
    }

    #[test]
    fn an_outcome_replaces_longer_work() {
        for bytes in [100, 1000, 10 * SMALL] {
            let file = file(&self::bytes(Mark::Work, "work", &vec![1; bytes]));
            let read = || read::<String>(file.as_fd(), Mark::Outcome);
            assert_eq!(read().expect("readable"), Found::Work);
            mark_taken(file.as_fd(), bytes).expect("there is room");
            assert!(length(&file) <= SMALL);
            assert_eq!(read().expect("readable"), Found::Nothing);
            write(file.as_fd(), Mark::Outcome, &"done", b"x").expect("there is room");
            assert_eq!(read().expect("readable"), Found::Whole("done".to_owned(), b"x".to_vec()));
        }
    }

    #[test]
    fn a_file_cut_anywhere_is_damaged() {
        let whole = bytes(Mark::Work, "header", b"body");
        assert_eq!(read_work(b""), Found::Nothing);
        // The body's own length is not known here, so a cut is found by the length that is stated.
        for cut in 1..whole.len() {
            assert!(matches!(read_work(&whole[..cut]), Found::Damaged(_)), "cut at {cut}");
        }
    }

    #[test]
    fn a_length_that_is_stated_but_not_there_is_damaged() {
        let mut huge = vec![Mark::Work as u8];
        huge.extend((1_u64 << 60).to_le_bytes());
        huge.extend([0; 2000]);
        assert!(matches!(read_work(&huge), Found::Damaged(_)));
    }

    proptest! {
        #[test]
        fn any_value_reads_back(header in any::<String>(), body in vec(any::<u8>(), 0..3000)) {
            prop_assert_eq!(read_work(&bytes(Mark::Work, &header, &body)), Found::Whole(header, body));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..3000)) {
            let found = read_work(&bytes);
            prop_assert!(!matches!(found, Found::Whole(..)) || bytes[0] == Mark::Work as u8);
        }
    }
}
