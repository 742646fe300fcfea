//! From where on one line lies below another.

use crate::figure::plot::point::Point;

/// The place from which on the medians of `this` stay below those of `other`, if it begins above and ends below. Between two
/// measured values both lines are taken to be straight on logarithmic axes, as a power law is.
pub fn crossing(this: &[Point], other: &[Point]) -> Option<(f64, f64)> {
    let both: Vec<(f64, f64, f64)> = this
        .iter()
        .filter_map(|point| {
            let beside = other.iter().find(|other| other.x == point.x)?;
            Some((point.x, point.y[1], beside.y[1]))
        })
        .collect();
    let above = both.iter().rposition(|(_, this, other)| this >= other)?;
    let ((x, this, other), (next_x, next_this, next_other)) = (both[above], *both.get(above + 1)?);
    // How far above it lies before, and below after, in logarithms.
    let (before, after) = ((this / other).ln(), (next_other / next_this).ln());
    let share = before / (before + after);
    let between = |from: f64, to: f64| (from.ln() + share * (to.ln() - from.ln())).exp();
    Some((between(x, next_x), between(other, next_other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point { x, y: [y; 3] }).collect()
    }

    #[test]
    fn two_power_laws_cross_where_they_are_equal() {
        let alone = line(&[(10.0, 10.0), (1000.0, 1000.0)]);
        let flat = line(&[(10.0, 100.0), (1000.0, 100.0)]);
        let (x, y) = crossing(&flat, &alone).expect("it begins above and ends below");
        assert!((x - 100.0).abs() < 1e-9 && (y - 100.0).abs() < 1e-9, "{x}, {y}");
    }

    #[test]
    fn what_stays_above_or_below_does_not_cross() {
        let alone = line(&[(1.0, 1.0), (2.0, 2.0)]);
        assert_eq!(crossing(&line(&[(1.0, 2.0), (2.0, 3.0)]), &alone), None);
        assert_eq!(crossing(&line(&[(1.0, 0.5), (2.0, 1.0)]), &alone), None);
    }

    #[test]
    fn of_several_crossings_the_last_one_counts() {
        let alone = line(&[(1.0, 1.0), (2.0, 2.0), (4.0, 4.0), (8.0, 8.0)]);
        let (x, _) = crossing(&line(&[(1.0, 2.0), (2.0, 1.0), (4.0, 5.0), (8.0, 4.0)]), &alone)
            .expect("it ends below");
        assert!((4.0..8.0).contains(&x), "{x}");
    }
}
