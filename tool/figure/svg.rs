//! What every drawing writes alike.

/// A coordinate, to a tenth of a pixel.
pub(crate) fn n(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}
