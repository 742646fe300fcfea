//! Several sums side by side.

use std::array::from_fn;
use std::ops::Range;

use crate::series;

// ANCHOR: sum
/// How many sums. It decides in which order the terms are added, so a
/// change to it changes the last digits of results.
pub const LANES: usize = 16;

/// The sum of these terms, each lane adding every sixteenth of them.
#[inline(always)]
pub fn sum(terms: Range<u64>) -> f64 {
    let lane_begins: [u64; LANES] = from_fn(|lane| terms.start + lane as u64);
    let mut odd = lane_begins.map(|k| (2 * k + 1) as f64);
    let sign =
        lane_begins.map(|k| if k.is_multiple_of(2) { 1.0 } else { -1.0 });
    let mut sums = [0.0; LANES];
    let blocks = terms.end.saturating_sub(terms.start) / LANES as u64;
    for _ in 0..blocks {
        for lane in 0..LANES {
            sums[lane] += sign[lane] / odd[lane];
            odd[lane] += (2 * LANES) as f64;
        }
    }
    let rest = terms.start + blocks * LANES as u64..terms.end;
    sums.iter().sum::<f64>() + series::sum(rest)
}
// ANCHOR_END: sum

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_term_is_left_out_or_added_twice() {
        for terms in [
            0..0,
            0..1,
            0..15,
            0..16,
            0..17,
            5..100,
            6..38,
            7..39,
            1000..3000,
        ] {
            let (these, those) =
                (sum(terms.clone()), series::sum(terms.clone()));
            assert!(
                (these - those).abs() < 1e-14,
                "{terms:?}: {these} and {those}"
            );
        }
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_empty() {
        #[expect(
            clippy::reversed_empty_ranges,
            reason = "that is what is tested"
        )]
        let sum = sum(9..3);
        assert_eq!(sum, 0.0);
    }
}
