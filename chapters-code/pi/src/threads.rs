//! Several threads of one process.

use std::ops::Range;

use rayon::prelude::*;

use crate::wide;

/// The range in so many parts, as equal as they can be.
pub fn split(terms: Range<u64>, parts: u64) -> Vec<Range<u64>> {
    let length = terms.end - terms.start;
    let cut = |part: u64| {
        terms.start
            + (u128::from(length) * u128::from(part) / u128::from(parts))
                as u64
    };
    (0..parts).map(|part| cut(part)..cut(part + 1)).collect()
}

// ANCHOR: scoped
/// One thread a part; the results are added in the order of the parts.
pub fn scoped(terms: Range<u64>, parts: u64) -> f64 {
    std::thread::scope(|scope| {
        let start = |part| scope.spawn(move || wide::sum(part));
        let threads: Vec<_> =
            split(terms, parts).into_iter().map(start).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    })
}
// ANCHOR_END: scoped

// ANCHOR: rayon
/// The threads of rayon's pool share the parts out among themselves. The
/// results are collected before they are added, so their order is fixed.
pub fn by_rayon(terms: Range<u64>, parts: u64) -> f64 {
    let sums: Vec<f64> =
        split(terms, parts).into_par_iter().map(wide::sum).collect();
    sums.into_iter().sum()
}
// ANCHOR_END: rayon

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another_and_differ_by_one_at_most() {
        for (length, parts) in
            [(0, 1), (10, 1), (10, 3), (2, 5), (u64::MAX, 7)]
        {
            let parts = split(0..length, parts);
            assert_eq!(
                (parts[0].start, parts[parts.len() - 1].end),
                (0, length)
            );
            assert!(
                parts.windows(2).all(|pair| pair[0].end == pair[1].start),
                "{parts:?}"
            );
            let lengths = parts.iter().map(|part| part.end - part.start);
            assert!(
                lengths.clone().max().expect("some")
                    - lengths.min().expect("some")
                    <= 1,
                "{parts:?}"
            );
        }
    }

    #[test]
    fn threads_and_rayon_give_the_same_bits_in_every_run() {
        let expected: f64 =
            split(0..100_000, 3).into_iter().map(wide::sum).sum();
        for _ in 0..20 {
            assert_eq!(scoped(0..100_000, 3), expected);
            assert_eq!(by_rayon(0..100_000, 3), expected);
        }
    }
}
