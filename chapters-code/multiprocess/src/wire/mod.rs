//! Values as bytes and descriptors, and what processes of a program hand each other that way.
//!
//! - [`carried`]: the descriptors that are in a value which is being written or read.
//! - [`mod@file`]: the file that takes work to a child and brings back what came of it.
//! - [`handover`]: how a child gets its work, and everything that belongs to it.
//! - [`skips`]: whether a value leaves fields out.
//! - [`message`]: what a process, its children and its forkserver say to each other over sockets.

pub(crate) mod carried;
pub(crate) mod file;
pub(crate) mod handover;
pub(crate) mod message;
pub(crate) mod skips;

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value as bytes.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    postcard::to_stdvec(value).map_err(|error| error.to_string())
}

/// A value as bytes, in a buffer that has room already.
pub(crate) fn encode_into<T: Serialize>(value: &T, buffer: Vec<u8>) -> Result<Vec<u8>, String> {
    postcard::serialize_with_flavor(value, Growing(buffer)).map_err(|error| error.to_string())
}

/// Writes a value behind what is in a buffer. If that fails, the buffer may have a part of the value.
#[inline]
pub(crate) fn encode_onto<T: Serialize>(value: &T, buffer: &mut Vec<u8>) -> Result<(), String> {
    let mut growing = postcard::Serializer { output: Behind(buffer) };
    value.serialize(&mut growing).map_err(|error| error.to_string())
}

/// The most bytes that a number has.
const FEW: usize = 10;

/// A buffer that belongs to another one, and grows.
struct Behind<'a>(&'a mut Vec<u8>);

impl Flavor for Behind<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        // The bytes of a number have just been written one by one. To read them all at once would have to wait for that.
        if bytes.len() <= FEW {
            bytes.iter().for_each(|&byte| self.0.push(byte));
        } else {
            self.0.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// A buffer that grows. Postcard's own for a buffer that has room already takes bytes one by one, which in a debug build takes
/// twenty times as long.
struct Growing(Vec<u8>);

impl Flavor for Growing {
    type Output = Vec<u8>;

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}

/// The value that the bytes hold, all of them: what is left over is an error, too.
#[inline]
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match decode_front(bytes)? {
        (value, []) => Ok(value),
        (_, rest) => Err(format!("{} bytes are left over", rest.len())),
    }
}

/// The value that the bytes begin with, and the bytes behind it.
#[inline]
pub(crate) fn decode_front<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, &[u8]), String> {
    postcard::take_from_bytes(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_behind_other_bytes_is_the_same_as_by_itself() {
        for length in 0..=40 {
            let value = (u64::MAX >> length, "x".repeat(length), -1_i64 << length);
            let mut buffer = b"before".to_vec();
            encode_onto(&value, &mut buffer).expect("it can be written");
            assert_eq!(buffer[6..], encode(&value).expect("it can be written"));
        }
    }
}
