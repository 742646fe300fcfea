//! A point of a plot.

/// A median with its middle half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The value on the axis to the right.
    pub x: f64,
    /// The lower quartile, the median, the upper quartile.
    pub y: [f64; 3],
}
