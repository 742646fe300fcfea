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

/// A quotient: those near 1 are worth a figure more.
pub(crate) fn ratio(value: f64) -> String {
    if value < 2.0 { format!("{value:.2}") } else { figures(value) }
}
