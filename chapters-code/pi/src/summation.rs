//! Sums that lose less to rounding.

// ANCHOR: neumaier
/// What each addition lost is added up beside the sum, and added to it at
/// the end (Neumaier, 1974, after Kahan, 1965).
pub fn compensated(terms: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for term in terms {
        let next = sum + term;
        // The smaller of the two lost its last digits; this gets them back.
        lost += if sum.abs() >= term.abs() {
            (sum - next) + term
        } else {
            (term - next) + sum
        };
        sum = next;
    }
    sum + lost
}
// ANCHOR_END: neumaier

// ANCHOR: pairwise
/// The sum of the halves' sums, and so on down to 128 terms, which are added
/// one after the other.
pub fn pairwise(terms: std::ops::Range<u64>, term: fn(u64) -> f64) -> f64 {
    let middle = terms.start + (terms.end - terms.start) / 2;
    if terms.end - terms.start <= 128 {
        return terms.map(term).sum();
    }
    pairwise(terms.start..middle, term) + pairwise(middle..terms.end, term)
}
// ANCHOR_END: pairwise

// ANCHOR: exact
/// The sum of the first terms of the series, in whole numbers: each term is a
/// multiple of 2⁻¹²⁰, cut off, so a million of them are off by less than
/// 2⁻¹⁰⁰. Rounded once, at the end.
pub fn exact(terms: u64) -> f64 {
    let one: i128 = 1 << 120;
    let term = |k: u64| {
        let size = one / i128::from(2 * k + 1);
        if k.is_multiple_of(2) { size } else { -size }
    };
    (0..terms).map(term).sum::<i128>() as f64 / one as f64
}
// ANCHOR_END: exact

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::term;

    #[test]
    fn what_is_too_small_for_the_sum_is_not_lost() {
        let terms = [1.0, 1e100, 1.0, -1e100];
        assert_eq!(terms.iter().sum::<f64>(), 0.0);
        assert_eq!(compensated(terms.into_iter()), 2.0);
    }

    #[test]
    fn the_exact_sum_is_pi_less_what_the_series_lacks() {
        // A quarter of pi is missed by 1/(4n) - 1/(16n³) + ...; the next part is below 10⁻¹⁶ of it.
        let n = 1000.0_f64;
        let expected = std::f64::consts::FRAC_PI_4 - 1.0 / (4.0 * n)
            + 1.0 / (16.0 * n.powi(3));
        assert!((exact(1000) - expected).abs() <= f64::EPSILON / 2.0);
    }

    #[test]
    fn pairwise_adds_each_term_once() {
        for terms in [0..0, 0..128, 0..129, 5..1000] {
            let plain: f64 = terms.clone().map(term).sum();
            assert!(
                (pairwise(terms.clone(), term) - plain).abs() < 1e-14,
                "{terms:?}"
            );
        }
    }

    #[test]
    fn a_compensated_sum_is_off_by_a_unit_in_the_last_place_at_most() {
        // Each term was rounded before it was added, which no way of adding can undo.
        for n in [10, 1000, 100_000] {
            assert!(
                (compensated((0..n).map(term)) - exact(n)).abs()
                    <= f64::EPSILON / 2.0
            );
        }
    }

    #[test]
    fn pairwise_is_nearer_to_the_exact_sum_than_term_after_term() {
        let off = |sum: f64| (sum - exact(100_000)).abs();
        let plain = off((0..100_000).map(term).sum());
        assert!(off(pairwise(0..100_000, term)) < plain / 4.0, "{plain}");
    }
}
