//! The forms of marks and the kinds of lines, which both drawings of a run have.

use crate::figure::svg::n;
use crate::figure::timeline::layout::Form;
use crate::figure::timeline::links::Join;
use crate::text::html::escape;

/// Half the thickness of a bar.
pub const BAR: f64 = 4.5;
/// The same among dots.
pub const SMALL: f64 = 2.5;

/// The class of a line, and whether its head is filled.
pub fn kind(join: Join) -> (&'static str, bool) {
    match join {
        Join::Birth | Join::Thread | Join::Task => ("birth", true),
        Join::Signal => ("signal", true),
        Join::Woken => ("woken", true),
        Join::Message => ("message", true),
        Join::Collected | Join::Reaped => ("collected", false),
        Join::Adopted => ("adopted", false),
    }
}

/// A line from the middle of one row to another: where its tip is, and where it begins and ends, seen from there.
pub fn line(from: f64, to: f64, join: Join, dots: bool) -> (f64, (f64, f64)) {
    let on = if to > from { 1.0 } else { -1.0 };
    // What ends a wait leads to its mark; everything else to a bar.
    let tip = match join {
        Join::Collected | Join::Woken | Join::Message if !dots => to - on * 8.5,
        _ => to - on * if dots { SMALL } else { BAR },
    };
    let end = if kind(join).1 { -on * head_length(dots) } else { 0.0 };
    (tip, (from - tip, end))
}

/// The head of a line, with its tip at 0. `point` writes a point that is so far along and across.
pub fn head(forth: bool, dots: bool, filled: bool, point: impl Fn(f64, f64) -> String) -> String {
    let base = if forth { -head_length(dots) } else { head_length(dots) };
    let half = if dots { 2.1 } else { 3.5 };
    let close = if filled { "z" } else { "" };
    let (one, tip, other) = (point(base, -half), point(0.0, 0.0), point(base, half));
    format!("<path class=\"head\" d=\"M{one}L{tip}L{other}{close}\"/>")
}

fn head_length(dots: bool) -> f64 {
    if dots { 3.6 } else { 6.0 }
}

/// An event: its shape, its number, and the words beside it. All but its place is alike for many, so that a page is small when
/// it is compressed.
pub fn mark(
    event: usize,
    process: usize,
    (x, y): (f64, f64),
    half: f64,
    form: Form,
    dots: bool,
    words: Option<(f64, f64, &str)>,
) -> String {
    let (class, shape) = shape(form, half, dots);
    let number = event + 1;
    let is = if dots { String::new() } else { format!("<text class=\"number\" y=\"3.9\">{number}</text>") };
    let words = words.map(|(x, y, words)| {
        format!(" <text class=\"label\" x=\"{}\" y=\"{}\">{}</text>", n(x), n(y), escape(words))
    });
    format!(
        "<g class=\"mark {class}\" data-event=\"{number}\" data-process=\"{process}\" transform=\"translate({} {})\">{shape}{is}{}</g>",
        n(x),
        n(y),
        words.unwrap_or_default()
    )
}

/// The class of a mark, and its shape around its middle.
fn shape(form: Form, half: f64, dots: bool) -> (&'static str, String) {
    let tall = half.min(8.5);
    let flat = tall - if dots { 0.0 } else { 1.0 };
    match form {
        Form::Disc => ("disc", rectangle(half, tall, tall)),
        Form::Ring => ("ring", rectangle(half, tall, tall)),
        Form::Page => ("page", rectangle(half, flat, 2.0)),
        Form::Parcel => ("parcel", parcel(half, flat)),
        Form::Nothing => ("parcel nothing", parcel(half, flat)),
        Form::Tag => ("tag", tag(half, tall)),
        Form::Square => ("square", rectangle(half - 0.5, tall - 0.5, 0.0)),
        Form::Killed => ("square killed", rectangle(half - 0.5, tall - 0.5, 0.0)),
        Form::Diamond => ("diamond", diamond(half + 1.5, tall + 1.5)),
    }
}

/// Whose something is, for the script.
pub fn data_process(process: Option<usize>) -> String {
    process.map(|process| format!(" data-process=\"{process}\"")).unwrap_or_default()
}

fn diamond(half: f64, tall: f64) -> String {
    let (half, tall) = (n(half), n(tall));
    format!("<path d=\"M-{half} 0L0 -{tall}L{half} 0L0 {tall}z\"/>")
}

/// A rectangle without its corners.
fn parcel(half: f64, tall: f64) -> String {
    let (x, y) = (n(half - tall * 0.5), n(tall * 0.5));
    let (half, tall) = (n(half), n(tall));
    format!("<path d=\"M-{x} -{tall}H{x}L{half} -{y}V{y}L{x} {tall}H-{x}L-{half} {y}V-{y}z\"/>")
}

/// A label with a point below, at the bar.
fn tag(half: f64, tall: f64) -> String {
    let (shoulder, point) = (n(tall * 0.45), n(tall + 2.5));
    let (half, tall) = (n(half), n(tall));
    format!("<path d=\"M-{half} -{tall}H{half}V{shoulder}L0 {point}L-{half} {shoulder}z\"/>")
}

fn rectangle(half: f64, tall: f64, radius: f64) -> String {
    format!(
        "<rect x=\"-{}\" y=\"-{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
        n(half),
        n(tall),
        n(half * 2.0),
        n(tall * 2.0),
        n(radius)
    )
}
