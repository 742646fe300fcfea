//! What is measured, and how a reader likes to read it.

use serde::Serialize;

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    Nanoseconds,
    Microseconds,
    Kibibytes,
    Count,
}

impl Unit {
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Unit::Nanoseconds if value < 1.0 => format!("{value:.3} ns"),
            Unit::Nanoseconds if value < 10.0 => format!("{value:.2} ns"),
            Unit::Nanoseconds if value < 1000.0 => format!("{value:.0} ns"),
            Unit::Nanoseconds => Unit::Microseconds.show(value / 1000.0),
            Unit::Microseconds if value < 1000.0 => format!("{} µs", figures(value)),
            Unit::Microseconds => format!("{} ms", figures(value / 1000.0)),
            Unit::Kibibytes => format!("{value:.0} KiB"),
            Unit::Count => format!("{value:.0}"),
        }
    }
}

/// About two significant figures: more would pretend that the machine is quieter than it is.
fn figures(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// A quotient: those near 1 are worth a figure more, and very small ones are not 0.
pub(crate) fn ratio(value: f64) -> String {
    match value {
        ..0.1 => format!("{value:.3}"),
        ..2.0 => format!("{value:.2}"),
        _ => figures(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_become_longer_units() {
        let shown = [0.5, 2.5, 250.4, 2_500.0, 2_500_000.0].map(|value| Unit::Nanoseconds.show(value));
        assert_eq!(shown, ["0.500 ns", "2.50 ns", "250 ns", "2.5 µs", "2.5 ms"]);
    }

    #[test]
    fn a_small_ratio_is_not_0() {
        assert_eq!([0.0042, 0.42, 1.2345, 4.2, 42.3].map(ratio), ["0.004", "0.42", "1.23", "4.2", "42"]);
    }
}
