//! Memory that processes share.
//!
//! ```
//! use multiprocess::Process;
//! use multiprocess::shared::Array;
//!
//! fn double(numbers: Array<f64>) {
//!     let mut guard = numbers.lock().expect("no process is killed");
//!     guard.iter_mut().for_each(|number| *number *= 2.0);
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     let numbers = Array::new(&[1.5, 2.5])?;
//!     Process::new(double, (numbers.clone(),)).start()?.join()?;
//!     assert_eq!(*numbers.lock()?, [3.0, 5.0]);
//!     Ok(())
//! }
//! ```
//!
//! Every type here is a handle. Clone it, and pass it to a process as an argument, alone or inside a structure. All copies are the
//! same memory, in threads and in processes, under every start method. The memory is there as long as any process has a handle.
//!
//! Threads can use such memory, too. Here a child's [rayon](https://docs.rs/rayon) threads fill an array, each with its own parts,
//! and the parent reads it:
//!
//! ```
//! use multiprocess::Process;
//! use multiprocess::shared::RawArray;
//! use rayon::prelude::*;
//!
//! const PART: usize = 1000;
//!
//! fn fill(squares: RawArray<u64>) {
//!     (0..squares.len() / PART).into_par_iter().for_each(|part| {
//!         let first = part * PART;
//!         let values: Vec<u64> = (first..first + PART).map(|n| (n * n) as u64).collect();
//!         squares.copy_from_slice(first, &values);
//!     });
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     let squares = RawArray::zeroed(10 * PART)?;
//!     Process::new(fill, (squares.clone(),)).start()?.join()?;
//!     let mut last = [0; 2];
//!     squares.copy_to_slice(9998, &mut last);
//!     assert_eq!(last, [9998 * 9998, 9999 * 9999]);
//!     Ok(())
//! }
//! ```
//!
//! # Which one to use
//!
//! | To share… | use | in Python |
//! |---|---|---|
//! | a value or a structure, with its lock | [`Value`] | `Value`, `ShareableList` |
//! | an array, with its lock | [`Array`] | `Array` |
//! | a counter or a flag, without a lock | [`RawValue`] | `RawValue` |
//! | many numbers, each process writing its own part | [`RawArray`] | `RawArray` |
//! | bytes, or memory that other programs find by a name | [`SharedMemory`] | `shared_memory.SharedMemory` |
//!
//! A result of a process needs none of them: return it. See also [`Mutex`](crate::sync::Mutex), which [`Value`] is built on.
//!
//! # What can be shared
//!
//! Values are shared as their bytes. So a [`Value`] or an [`Array`] takes types for which any bytes are a value: numbers, arrays of
//! them, and structures that derive zerocopy's `FromBytes` and `IntoBytes` (see [`Mutex`](crate::sync::Mutex#what-can-be-shared)). A
//! `String` or a `Vec` points into one process's memory and cannot be shared.
//!
//! No type gives a reference to memory that another process may write to. You get a guard that holds a lock, an atomic operation, or a
//! copy.
//!
//! # When a process is killed
//!
//! The memory stays as it was at that moment. A lock whose holder was killed is poisoned: see [`sync`](crate::sync). An atomic
//! operation has taken place or has not. A copy into a [`RawArray`] or [`SharedMemory`] may be half done. Nothing is left on disk, and
//! nothing has to be unlinked: the memory goes away with the last handle, and the name of [`SharedMemory`] with its owner.
//!
//! # Costs
//!
//! A handle takes one descriptor in each process (the owner's handle of a named [`SharedMemory`] two), and an object takes whole pages of
//! memory. The memory is allocated when the object is made, so a write never fails later. Access costs what it costs in the process's own
//! memory. Processes that write to the same cache line (64 bytes) slow each other down, as threads do.

mod array;
mod atom;
mod memory;
mod raw;
mod value;

pub use array::{Array, ArrayGuard};
pub use atom::{Atom, Number};
pub use memory::SharedMemory;
pub use raw::{RawArray, RawValue};
pub use value::Value;
