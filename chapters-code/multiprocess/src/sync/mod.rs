//! Locks that processes share, and places where they wait for each other.
//!
//! ```
//! use multiprocess::Process;
//! use multiprocess::sync::Mutex;
//!
//! fn deposit(balance: Mutex<u64>) {
//!     for _ in 0..100 {
//!         *balance.lock().expect("no process is killed") += 1;
//!     }
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     let balance = Mutex::new(0)?;
//!     let start = || Process::new(deposit, (balance.clone(),)).start();
//!     let (mut one, mut other) = (start()?, start()?);
//!     one.join()?;
//!     other.join()?;
//!     assert_eq!(*balance.lock()?, 200);
//!     Ok(())
//! }
//! ```
//!
//! Every type here is a handle. Clone it, and pass it to a process as an argument, alone or inside a structure. All copies are the
//! same lock, in threads and in processes, under every start method. A handle can outlive the process that made it.
//!
//! # Which one to use
//!
//! | To… | use | in Python |
//! |---|---|---|
//! | change a value together | [`Mutex`] | `Value` with its lock |
//! | take turns at something outside of memory, such as a file | [`Lock`] | `Lock` |
//! | call a function that takes the same lock again | [`RLock`] | `RLock` |
//! | let at most n do something at once | [`Semaphore`] | `Semaphore`, `BoundedSemaphore` |
//! | wait until a value has changed | [`Condition`] with a [`Mutex`] | `Condition` |
//! | say once that something has happened, or that all should stop | [`Event`] | `Event` |
//! | begin the next step together | [`Barrier`] | `Barrier` |
//!
//! Where values go from one process to another, a [pipe](mod@crate::pipe) or a [queue](mod@crate::queue) is simpler than a lock. Numbers
//! that are only counted need no lock: see [`RawValue`](crate::shared::RawValue).
//!
//! # When a process is killed
//!
//! A killed process keeps nothing, and the others are told where that matters:
//!
//! | Killed is | the others |
//! |---|---|
//! | the holder of a [`Mutex`], [`Lock`] or [`RLock`] | get the lock, as [`LockError::Poisoned`], until `clear_poison` |
//! | the holder of a permit | get the permit |
//! | a process that waits for any of these | go on as if it had not come |
//! | a process that waits for a [`Condition`] | go on. A `notify_one` that it had just got is lost |
//! | a process that waits at a [`Barrier`] | get [`BarrierError::Broken`] |
//! | a process that was to set an [`Event`], or to arrive at a [`Barrier`] | wait until their time limit, since nothing says that it will not come |
//!
//! For the last row, wait for the [child](crate::Child), too, or with a time limit. In the other rows the others go on at once. There is
//! one exception: if a process is killed in the microsecond in which it hands a lock over, the next one may notice only when it looks by
//! itself, which it does after 10 milliseconds, and then more and more seldom, down to once a second.
//!
//! A process that is *stopped* (SIGSTOP) is not dead: it keeps what it holds. And the kernel knows holders by the numbers of their
//! threads, so all processes that share a lock must be in one PID namespace.
//!
//! # Waiting
//!
//! A waiting thread sleeps in the kernel until it is woken. There is no helper thread. Each wait has a form with a time limit, which is
//! exact to a millisecond on an idle machine. Signals do not end a wait, and a wall clock that is set does not move it. None of the
//! types is fair: who waits longest is not always next.
//!
//! # Costs
//!
//! A handle takes one descriptor in each process (a [`Semaphore`] two), and an object takes a page of memory, 4 KiB. To lock and unlock a
//! [`Mutex`] that no other thread wants costs some 15 nanoseconds and no system call. One that others want costs a sleep and a wake-up,
//! some microseconds.
//!
//! [`LockError::Poisoned`]: crate::LockError::Poisoned
//! [`BarrierError::Broken`]: crate::BarrierError::Broken

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
