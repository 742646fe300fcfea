//! Values as people read them.

use serde::Deserialize;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// A time.
    Nanoseconds,
    /// A time.
    Microseconds,
    /// A size.
    Kibibytes,
    /// A number of things.
    Count,
    /// A quotient.
    #[serde(skip)]
    Times,
}

impl Unit {
    /// A value with about three digits, in the unit that people use for values of that size.
    pub fn show(self, value: f64) -> String {
        let scaled = |value: f64, units: &[&str], step: f64| {
            let fits = |power: &usize| value.abs() >= step.powi(*power as i32);
            let power = (1..units.len()).rev().find(fits).unwrap_or(0);
            format!("{} {}", digits(value / step.powi(power as i32)), units[power])
        };
        match self {
            Unit::Nanoseconds => scaled(value, &["ns", "µs", "ms", "s"], 1000.0),
            Unit::Microseconds if value < 1.0 => format!("{} ns", digits(value * 1000.0)),
            Unit::Microseconds => scaled(value, &["µs", "ms", "s"], 1000.0),
            Unit::Kibibytes => scaled(value, &["KiB", "MiB", "GiB"], 1024.0),
            Unit::Count => count(value),
            Unit::Times => digits(value),
        }
    }
}

fn digits(value: f64) -> String {
    let text = match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size > 0.0 && size < 0.1 => {
            // Two digits that count, since 0.002 is not nothing.
            format!("{value:.0$}", (1.0 - size.log10().floor()) as usize)
        }
        _ => format!("{value:.2}"),
    };
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A whole number, in groups of three from 10 000 on.
pub fn count(value: f64) -> String {
    let text = format!("{value:.0}");
    if text.len() < 5 {
        return text;
    }
    let mut grouped = String::new();
    for (at, digit) in text.chars().enumerate() {
        if at > 0 && (text.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A decade of a long axis: 10⁶ in place of seven digits.
pub fn decade(value: f64) -> String {
    let power = value.log10().round();
    if power < 4.0 || (value / 10f64.powf(power) - 1.0).abs() > 1e-9 {
        return count(value);
    }
    let raised =
        |digit: char| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit.to_digit(10).unwrap_or(0) as usize).unwrap_or('?');
    format!("10{}", format!("{power}").chars().map(raised).collect::<String>())
}

/// About two digits of a number that is read off a line: `3.5 × 10⁵`, or `350` where that is short.
pub fn about(value: f64) -> String {
    let power = value.log10().floor();
    if power < 4.0 {
        let unit = 10f64.powf(power - 1.0).max(1.0);
        return count((value / unit).round() * unit);
    }
    let first = value / 10f64.powf(power);
    let (first, power) = if first >= 9.95 { (1.0, power + 1.0) } else { (first, power) };
    format!("{first:.1} × {}", decade(10f64.powf(power)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short() {
        assert_eq!(Unit::Microseconds.show(0.31), "310 ns");
        assert_eq!(Unit::Microseconds.show(1234.0), "1.23 ms");
        assert_eq!(Unit::Microseconds.show(10_000.0), "10 ms");
        assert_eq!(Unit::Nanoseconds.show(0.308), "0.31 ns");
        assert_eq!(Unit::Kibibytes.show(2048.0), "2 MiB");
        assert_eq!(Unit::Times.show(1.956), "1.96");
        assert_eq!([0.0, 0.002_28, 0.0302].map(|few| Unit::Times.show(few)), ["0", "0.0023", "0.03"]);
    }

    #[test]
    fn long_numbers_are_grouped_or_raised() {
        assert_eq!(count(1000.0), "1000");
        assert_eq!(count(1_234_567.0), "1\u{202f}234\u{202f}567");
        assert_eq!((decade(1000.0), decade(1e7)), ("1000".to_owned(), "10⁷".to_owned()));
        assert_eq!((about(353_000.0), about(996_000.0)), ("3.5 × 10⁵".to_owned(), "1.0 × 10⁶".to_owned()));
        assert_eq!((about(1234.0), about(47.0)), ("1200".to_owned(), "47".to_owned()));
    }
}
