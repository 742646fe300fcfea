//! Locks that processes share, and places where they meet.

mod barrier;
pub(crate) mod carry;
mod condition;
mod event;
mod mutex;
mod rlock;
mod semaphore;

pub use barrier::{Barrier, BarrierWaitResult};
pub use condition::{Condition, WaitTimeoutResult};
pub use event::Event;
pub use mutex::{Lock, Mutex, MutexGuard};
pub use rlock::{RLock, RLockGuard};
pub use semaphore::{Permit, Semaphore};
