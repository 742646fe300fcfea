//! Where the bytes of a value go that is received.

use std::io;

use super::core::{Core, DAMAGED};
use super::mark::Mark;
use crate::error::RecvError;

pub(super) type Result<T> = std::result::Result<T, RecvError>;

pub(super) const DAMAGED_RECEIVE: RecvError = RecvError::Damaged { reason: DAMAGED };

/// Where the bytes of a value go.
pub(super) trait Destination {
    /// A value begins, and what has come of another one is void. Its length is known if it is all there, or if it is bytes. If it is
    /// refused, it stays in the queue.
    fn begin(&mut self, is_bytes: bool, length: Option<u64>) -> Result<()>;

    /// Copies so many bytes more, which follow that unit of the ring.
    fn take(&mut self, core: &Core, unit: Mark, length: usize) -> Result<()>;

    /// Whether as many have come as its beginning says.
    fn is_whole(&self) -> bool;
}

/// The bytes of a value that is going to be decoded. The memory is used again, and is not cleared for that.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
    is_bytes: bool,
}

impl Buffer {
    /// A longer one is not kept.
    const KEPT: usize = 1 << 20;

    pub(super) const fn new() -> Buffer {
        Buffer { bytes: Vec::new(), filled: 0, is_bytes: false }
    }

    /// What has come. `None` if that was sent as bytes.
    pub(super) fn value(&self) -> Option<&[u8]> {
        (!self.is_bytes).then(|| &self.bytes[..self.filled])
    }

    /// The buffer for the next time, if it is worth keeping.
    pub(super) fn kept(self) -> Buffer {
        if self.bytes.len() <= Buffer::KEPT { self } else { Buffer::default() }
    }
}

impl Destination for Buffer {
    fn begin(&mut self, is_bytes: bool, _: Option<u64>) -> Result<()> {
        (self.filled, self.is_bytes) = (0, is_bytes);
        Ok(())
    }

    fn take(&mut self, core: &Core, unit: Mark, length: usize) -> Result<()> {
        let start = self.filled;
        self.filled += length;
        if self.bytes.len() < self.filled {
            self.bytes.resize(self.filled, 0);
        }
        core.read_bytes(unit, &mut self.bytes[start..self.filled]);
        Ok(())
    }

    fn is_whole(&self) -> bool {
        true
    }
}

/// Where bytes go that were sent as bytes.
enum To<'a> {
    Vector(Vec<u8>),
    Slice(&'a mut [u8]),
}

/// Bytes, at most so many, straight from the ring.
pub(super) struct Bytes<'a> {
    to: To<'a>,
    most: usize,
    filled: usize,
    /// How many there are to be. `None` if what came is a value, which is thrown away.
    length: Option<usize>,
}

impl<'a> Bytes<'a> {
    pub(super) fn vector(most: usize) -> Bytes<'a> {
        Bytes { to: To::Vector(Vec::new()), most, filled: 0, length: None }
    }

    pub(super) fn slice(buffer: &'a mut [u8]) -> Bytes<'a> {
        let most = buffer.len();
        Bytes { to: To::Slice(buffer), most, filled: 0, length: None }
    }

    /// The error, if what came is a value.
    fn expect_bytes(&self) -> Result<()> {
        let reason = || "it is a value, which recv takes, and not bytes".to_owned();
        self.length.map(drop).ok_or_else(|| RecvError::Undecodable { reason: reason() })
    }

    pub(super) fn into_vector(self) -> Result<Vec<u8>> {
        self.expect_bytes()?;
        Ok(match self.to {
            To::Vector(vector) => vector,
            To::Slice(slice) => slice[..self.filled].to_vec(),
        })
    }

    /// How many have come.
    pub(super) fn filled(&self) -> Result<usize> {
        self.expect_bytes()?;
        Ok(self.filled)
    }
}

impl Destination for Bytes<'_> {
    fn begin(&mut self, is_bytes: bool, length: Option<u64>) -> Result<()> {
        (self.filled, self.length) = (0, None);
        if let To::Vector(vector) = &mut self.to {
            vector.clear();
        }
        if !is_bytes {
            return Ok(());
        }
        let length = length.ok_or(DAMAGED_RECEIVE)?;
        match usize::try_from(length) {
            Ok(length) if length <= self.most => self.length = Some(length),
            _ => return Err(RecvError::TooLong { length, most: self.most }),
        }
        Ok(())
    }

    fn take(&mut self, core: &Core, unit: Mark, length: usize) -> Result<()> {
        let Some(whole) = self.length else { return Ok(()) };
        let end = self.filled + length;
        if end > whole {
            return Err(DAMAGED_RECEIVE);
        }
        match &mut self.to {
            To::Slice(slice) => core.read_bytes(unit, &mut slice[self.filled..end]),
            To::Vector(vector) => {
                vector.try_reserve(length).map_err(|_| RecvError::System {
                    step: "memory for a long value",
                    source: io::ErrorKind::OutOfMemory.into(),
                })?;
                core.append_bytes(unit, length, vector);
            }
        }
        self.filled = end;
        Ok(())
    }

    fn is_whole(&self) -> bool {
        self.length.is_none_or(|length| length == self.filled)
    }
}
