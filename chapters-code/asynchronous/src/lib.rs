//! An event loop that is small enough to read, and two peers to talk to.

mod event_loop;
mod peers;

pub use event_loop::{EventLoop, read_message, wait_for};
pub use peers::client_and_directory;
