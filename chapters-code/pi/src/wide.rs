//! The lanes, compiled for wider vectors than every CPU of the architecture has.

use std::ops::Range;

use crate::lanes;

// ANCHOR: features
/// Compiled for vectors of four numbers.
///
/// # Safety
///
/// A caller not itself compiled for AVX2 must know that the CPU has it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub fn avx2(terms: Range<u64>) -> f64 {
    lanes::sum(terms)
}

/// Compiled for vectors of eight numbers.
///
/// # Safety
///
/// As above, with AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
pub fn avx512(terms: Range<u64>) -> f64 {
    lanes::sum(terms)
}
// ANCHOR_END: features

// ANCHOR: sum
/// The sum of these terms, by the widest vectors that this CPU has. The
/// result is the same on every CPU.
#[allow(unsafe_code, reason = "only here it is known what the CPU has")]
pub fn sum(terms: Range<u64>) -> f64 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the CPU has what the function is compiled for.
        return unsafe { avx512(terms) };
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: the CPU has what the function is compiled for.
        return unsafe { avx2(terms) };
    }
    lanes::sum(terms)
}
// ANCHOR_END: sum

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_gives_the_same_bits() {
        for terms in [0..0, 0..31, 3..10_000] {
            let expected = lanes::sum(terms.clone()).to_bits();
            assert_eq!(sum(terms.clone()).to_bits(), expected);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") {
                #[expect(
                    unsafe_code,
                    reason = "`sum` may have taken another width"
                )]
                // SAFETY: the CPU has what the function is compiled for.
                let result = unsafe { avx2(terms) };
                assert_eq!(result.to_bits(), expected);
            }
        }
    }
}
