//! What differs from one kind of CPU to another. No other file of this crate asks which kind it is.

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "arm64.rs")]
mod this;

use std::ops::Range;

pub(crate) use this::{LANES, cpuid_takes, next, wide};

/// The sum of a range of terms, and how the tables call it.
pub(crate) type Loop = (&'static str, fn(Range<u64>) -> f64);

/// What a traced process executes next, as far as it is counted apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    SystemCall,
    /// Only x86 has this one. It leaves a virtual machine for its host, which makes it some ten thousand times slower.
    #[cfg_attr(not(target_arch = "x86_64"), expect(dead_code, reason = "no other CPU has it"))]
    Cpuid,
    Other,
}
