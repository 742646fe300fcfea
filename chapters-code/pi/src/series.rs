//! Term after term.

use std::ops::Range;

// ANCHOR: sum
/// The term with this number, counted from 0.
pub fn term(k: u64) -> f64 {
    let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    sign / (2 * k + 1) as f64
}

/// The sum of these terms.
pub fn sum(terms: Range<u64>) -> f64 {
    terms.map(term).sum()
}
// ANCHOR_END: sum

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_terms() {
        assert_eq!(sum(0..3), 1.0 - 1.0 / 3.0 + 1.0 / 5.0);
        assert_eq!(sum(3..4), -1.0 / 7.0);
        assert_eq!(sum(3..3), 0.0);
    }

    #[test]
    fn n_terms_are_about_one_nth_away_from_pi() {
        let off = std::f64::consts::PI - 4.0 * sum(0..10_000);
        assert!((off - 1e-4).abs() < 1e-12, "{off}");
    }
}
