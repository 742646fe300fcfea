//! Pi from counting: the points of a square grid that lie in a quarter of a circle.

// ANCHOR: column
/// How many points of this column are inside, found by going up from the
/// bottom until one is outside.
pub fn column(x: u64, radius: u64) -> u64 {
    let inside = |y: &u64| x * x + y * y < radius * radius;
    (0..radius).take_while(inside).count() as u64
}
// ANCHOR_END: column

/// The points of the first column and of each one so many columns further.
pub fn count(first: u64, step: u64, end: u64, radius: u64) -> u64 {
    (first..end).step_by(step as usize).map(|x| column(x, radius)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_circle_counted_by_eye() {
        // Of the sixteen points (0..4, 0..4) only (3, 3) lies outside.
        assert_eq!([0, 1, 2, 3].map(|x| column(x, 4)), [4, 4, 4, 3]);
        assert_eq!(count(0, 1, 4, 4), 15);
        assert_eq!(count(1, 2, 4, 4), 7);
    }

    #[test]
    fn the_left_half_has_more_work() {
        let (left, right) =
            (count(0, 1, 500, 1000), count(500, 1, 1000, 1000));
        // The areas are 0.4783 and 0.3071 of the square.
        assert!(
            (left as f64 / right as f64 - 1.5575).abs() < 0.01,
            "{left} and {right}"
        );
    }
}
