//! Values as bytes, in buffers that each thread keeps.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::destination::Buffer;
use crate::error::{RecvError, SendErrorKind};
use crate::sys::robust::Patience;
use crate::wire::{self, carried};

/// A longer buffer is not kept.
const KEPT: usize = 1 << 20;

/// Turns a value into bytes, and does something with them.
pub(super) fn with_bytes_of<T: Serialize>(
    value: &T,
    send: impl FnOnce(&[u8]) -> Result<(), SendErrorKind>,
) -> Result<(), SendErrorKind> {
    thread_local! {
        static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    // Taken out, since what is serialized may itself send something. A thread that ends has no buffer any more.
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    buffer.clear();
    let (bytes, held_descriptor) = carried::writing_without(|| wire::encode_into(value, buffer));
    let bytes = bytes.map_err(|reason| SendErrorKind::NotSerializable {
        reason: if held_descriptor {
            "it holds a descriptor, or a handle of something that processes share, and a queue takes only bytes".to_owned()
        } else {
            reason
        },
    })?;
    let sent = send(&bytes);
    if bytes.capacity() <= KEPT {
        let _ = BUFFER.try_with(|buffer| buffer.set(bytes));
    }
    sent
}

/// Receives bytes, and makes a value of them.
pub(super) fn value_from<T: DeserializeOwned>(
    receive: impl FnOnce(&mut Buffer) -> Result<(), RecvError>,
) -> Result<T, RecvError> {
    thread_local! {
        static BUFFER: Cell<Buffer> = const { Cell::new(Buffer::new()) };
    }
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    let received = receive(&mut buffer);
    let value = received.and_then(|()| {
        let bytes = || "it is bytes, which recv_bytes takes, and not a value".to_owned();
        let decoded = buffer.value().ok_or_else(bytes).and_then(wire::decode);
        decoded.map_err(|reason| RecvError::Undecodable { reason })
    });
    let _ = BUFFER.try_with(|kept| kept.set(buffer.kept()));
    value
}

/// Until when a call with a time limit waits.
pub(super) fn until(limit: Duration) -> Patience {
    Patience::from(Instant::now().checked_add(limit))
}
