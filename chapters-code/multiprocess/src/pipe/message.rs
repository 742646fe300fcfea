//! A message that has been received, and how it is read.

use std::borrow::Cow;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use serde::de::DeserializeOwned;

use super::body;
use super::buffers::{BODY, keep, take};
use super::header::{self, Header, INLINE, Kind, Place};
use crate::error::RecvError;
use crate::sys::robust::Patience;
use crate::sys::socket::Received;
use crate::wire::{carried, decode};

/// The longest packet, and one byte by which a longer one is told.
pub(super) const ROOM: usize = header::LENGTH + INLINE + 1;

#[derive(Debug)]
pub(super) struct Message<'a> {
    header: Header,
    /// The body, if it came with it.
    inline: Cow<'a, [u8]>,
    /// What the body is to be read from, if it did not.
    elsewhere: Option<OwnedFd>,
    descriptors: Vec<OwnedFd>,
}

impl<'a> Message<'a> {
    /// What has been received as a message, if it can be one.
    pub(super) fn of(received: Received, buffer: &'a [u8]) -> Result<Message<'a>, RecvError> {
        let Received { length, mut descriptors, truncated } = received;
        let damaged = |reason| RecvError::Damaged { reason };
        if length >= ROOM {
            return Err(damaged("a message is longer than any of this library"));
        }
        let header = Header::parse(&buffer[..length]).map_err(damaged)?;
        if truncated {
            let source = io::Error::from_raw_os_error(libc::EMFILE);
            return Err(RecvError::System { step: "taking the descriptors that are in a value", source });
        }
        header.check(length, descriptors.len()).map_err(damaged)?;
        let elsewhere = if header.place == Place::Elsewhere { descriptors.pop() } else { None };
        let inline = Cow::Borrowed(&buffer[header::LENGTH..length]);
        Ok(Message { header, inline, elsewhere, descriptors })
    }

    /// The same message, with memory of its own.
    pub(super) fn into_owned(self) -> Message<'static> {
        let Message { header, inline, elsewhere, descriptors } = self;
        Message { header, inline: Cow::Owned(inline.into_owned()), elsewhere, descriptors }
    }

    /// The error, if it is bytes, and more than so many.
    pub(super) fn expect_at_most(&self, most: Option<usize>) -> Result<(), RecvError> {
        let Header { kind, length, .. } = self.header;
        match most {
            Some(most) if kind == Kind::Bytes && length > most as u64 => {
                Err(RecvError::TooLong { length, most })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn into_value<T: DeserializeOwned>(self, patience: Patience) -> Result<T, RecvError> {
        if self.header.kind != Kind::Value {
            return Err(undecodable("it is bytes, which recv_bytes takes, and not a value"));
        }
        let Some(from) = self.elsewhere else {
            return carried::reading(self.descriptors, || decode(&self.inline)).map_err(undecodable);
        };
        let mut body = take(&BODY);
        body::read(from.as_fd(), self.header.length, &mut body, rest_by(patience))?;
        let value = carried::reading(self.descriptors, || decode(&body)).map_err(undecodable);
        keep(&BODY, body);
        value
    }

    pub(super) fn into_bytes(self, patience: Patience) -> Result<Vec<u8>, RecvError> {
        self.expect_bytes()?;
        let Some(from) = self.elsewhere else { return Ok(self.inline.into_owned()) };
        let mut body = Vec::new();
        body::read(from.as_fd(), self.header.length, &mut body, rest_by(patience))?;
        Ok(body)
    }

    /// Puts the bytes into a buffer that is long enough.
    pub(super) fn into_buffer(self, buffer: &mut [u8], patience: Patience) -> Result<usize, RecvError> {
        self.expect_bytes()?;
        let length = self.header.length as usize;
        match self.elsewhere {
            None => buffer[..length].copy_from_slice(&self.inline),
            Some(from) => body::read_into(from.as_fd(), &mut buffer[..length], rest_by(patience))?,
        }
        Ok(length)
    }

    fn expect_bytes(&self) -> Result<(), RecvError> {
        match self.header.kind {
            Kind::Bytes => Ok(()),
            Kind::Value => Err(undecodable("it is a value, which recv takes, and not bytes")),
        }
    }
}

/// When the rest of a message has to be there of which the beginning has come. Who does not wait for a message waits for its rest,
/// which the sender is writing.
fn rest_by(patience: Patience) -> Option<Instant> {
    match patience {
        Patience::Until(deadline) => Some(deadline),
        Patience::None | Patience::Endless => None,
    }
}

fn undecodable(reason: impl Into<String>) -> RecvError {
    RecvError::Undecodable { reason: reason.into() }
}
