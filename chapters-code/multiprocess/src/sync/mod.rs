//! Locks that processes share, and places where they meet.

pub(crate) mod carry;
mod condition;
mod event;
mod mutex;
mod rlock;

pub use condition::{Condition, WaitTimeoutResult};
pub use event::Event;
pub use mutex::{Lock, Mutex, MutexGuard};
pub use rlock::{RLock, RLockGuard};
