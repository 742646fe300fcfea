//! The buffers that a thread keeps, so that a short message costs no memory and a long one no page faults.
//!
//! Who uses one takes it away meanwhile. A `Serialize` or a `Deserialize` that sends or receives itself finds none and makes its own.

use std::cell::Cell;
use std::thread::LocalKey;

/// The largest buffer that a thread keeps for its next message.
const KEPT: usize = 2 << 20;

thread_local! {
    /// What values are written to.
    pub(super) static OUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    /// What packets are received in.
    pub(super) static IN: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    /// The body of a long value.
    pub(super) static BODY: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Takes a thread's buffer. A thread that ends has none any more.
pub(super) fn take(buffer: &'static LocalKey<Cell<Vec<u8>>>) -> Vec<u8> {
    buffer.try_with(Cell::take).unwrap_or_default()
}

pub(super) fn keep(buffer: &'static LocalKey<Cell<Vec<u8>>>, used: Vec<u8>) {
    if used.capacity() <= KEPT {
        let _ = buffer.try_with(|buffer| buffer.set(used));
    }
}
