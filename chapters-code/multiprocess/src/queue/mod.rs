//! Queues among processes. (To be written.)

mod codec;
mod core;
mod handle;
mod handshake;
mod layout;
mod mark;
mod place;
mod receiver;
mod receiving;
mod sender;
mod sending;
#[cfg(test)]
mod tests;

pub use receiver::{IntoIter, Iter, Receiver, TryIter};
pub use sender::Sender;

use self::core::Core;
use crate::error::CreateError;

/// The memory of a queue for each value that it may hold, and its least memory, in bytes.
const BYTES_EACH: usize = 64;
const LEAST_BYTES: usize = 1 << 20;

/// Q.
pub fn queue<T>(bound: usize) -> Result<(Sender<T>, Receiver<T>), CreateError> {
    queue_with_bytes(bound, bound.saturating_mul(BYTES_EACH).max(LEAST_BYTES))
}

/// Q.
pub fn queue_with_bytes<T>(bound: usize, bytes: usize) -> Result<(Sender<T>, Receiver<T>), CreateError> {
    let (sending, receiving) = handle::ends(Core::new(bound, bytes, 0)?)?;
    Ok((Sender::new(sending), Receiver::new(receiving)))
}
