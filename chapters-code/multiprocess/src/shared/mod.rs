//! Memory that processes share.

mod array;
mod atom;
mod raw;
mod value;

pub use array::{Array, ArrayGuard};
pub use atom::{Atom, Number};
pub use raw::{RawArray, RawValue};
pub use value::Value;
