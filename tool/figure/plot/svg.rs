//! A layout as SVG. Lines differ in stroke and mark; colors, which come from the page's style sheet, only repeat that.

use std::fmt::Write;

use crate::figure::plot::layout::{Anchor, Drawn, HEIGHT, Label, Layout, WIDTH};
use crate::figure::svg::n;
use crate::text::html::escape;

/// The SVG, on one line. `label` is what it is to somebody who cannot see it.
pub fn svg(layout: &Layout, label: &str) -> String {
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        escape(label)
    );
    frame(layout, &mut svg);
    for guide in &layout.guides {
        let _ = write!(svg, "<path class=\"guide\" d=\"{}\"/>", path(guide.iter().copied()));
    }
    for (at, line) in layout.lines.iter().enumerate() {
        svg += &measured(at, line);
    }
    for (at, label) in layout.labels.iter().enumerate() {
        let class =
            if at < layout.lines.len() { format!("name line-{at}") } else { "name of-guide".to_owned() };
        if let Some((x, y)) = label.of {
            let _ = write!(
                svg,
                "<path class=\"lead\" d=\"M{} {}L{} {}\"/>",
                n(x + 5.0),
                n(y),
                n(label.x - 2.0),
                n(label.y)
            );
        }
        svg += &text(label, &class, true);
    }
    svg + "</svg>"
}

/// The field with its grid, and what stands on the axes.
fn frame(layout: &Layout, svg: &mut String) {
    let [left, top, right, bottom] = layout.field;
    let mut grid = String::new();
    for row in &layout.rows {
        let _ = write!(grid, "M{} {}H{}", n(left), n(row.y), n(right));
    }
    let _ = write!(svg, "<path class=\"grid\" d=\"{grid}\"/>");
    let mut axis = format!("M{} {}V{}H{}", n(left), n(top), n(bottom), n(right));
    for column in &layout.columns {
        let _ = write!(axis, "M{} {}v4", n(column.x), n(bottom));
    }
    let _ = write!(svg, "<path class=\"axis\" d=\"{axis}\"/>");
    layout.rows.iter().for_each(|row| *svg += &text(row, "tick", true));
    layout.columns.iter().for_each(|column| *svg += &text(column, "tick", false));
    layout.titles.iter().for_each(|title| *svg += &text(title, "title", false));
}

fn measured(at: usize, line: &Drawn) -> String {
    let mut svg = format!("<g class=\"measured line-{at}\">");
    let medians = line.points.iter().map(|(x, heights)| (*x, heights[1]));
    let _ = write!(svg, "<path class=\"line\" d=\"{}\"/>", path(medians));
    for (x, [high, middle, low]) in &line.points {
        if low - high > 0.5 {
            let _ = write!(svg, "<path class=\"spread\" d=\"M{} {}V{}\"/>", n(*x), n(*high), n(*low));
        }
        let _ = write!(svg, "<path class=\"datum\" d=\"{}\"/>", mark(at, *x, *middle));
    }
    if let Some((x, y)) = line.below_from {
        let _ = write!(svg, "<circle class=\"crossing\" cx=\"{}\" cy=\"{}\" r=\"5\"/>", n(x), n(y));
    }
    svg + "</g>"
}

/// A form for each of six lines.
fn mark(at: usize, x: f64, y: f64) -> String {
    let at_place = |form: &str| format!("M{} {}{form}", n(x), n(y));
    match at {
        0 => at_place("m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z"),
        1 => at_place("m-2.7 -2.7h5.4v5.4h-5.4z"),
        2 => at_place("m0 -3.6l3.6 6.2h-7.2z"),
        3 => at_place("m0 -4l4 4l-4 4l-4 -4z"),
        4 => at_place("m0 3.6l3.6 -6.2h-7.2z"),
        _ => at_place("m-3 -1h2v-2h2v2h2v2h-2v2h-2v-2h-2z"),
    }
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (at, (x, y)) in points.enumerate() {
        let _ = write!(path, "{}{} {}", if at == 0 { 'M' } else { 'L' }, n(x), n(y));
    }
    path
}

fn text(label: &Label, class: &str, centered: bool) -> String {
    let anchor = match label.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let shift = if centered { " dy=\"0.36em\"" } else { "" };
    format!(
        "<text class=\"{class}\" x=\"{}\" y=\"{}\"{anchor}{shift}>{}</text>",
        n(label.x),
        n(label.y),
        escape(&label.text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::plot::data::Plot;
    use crate::figure::plot::layout::tests::crowd;

    #[test]
    fn each_datum_is_drawn_once_and_each_line_in_its_own_way() {
        let (spec, results) = crowd(6, true);
        let plot = Plot::of(&spec, &results).expect("all is there");
        let svg = svg(&Layout::of(&plot), "what is \"seen\"");
        assert_eq!(svg.matches("class=\"datum\"").count(), 6 * 5);
        assert_eq!(svg.matches("class=\"guide\"").count(), 1);
        assert!(svg.contains("aria-label=\"what is &quot;seen&quot;\""));
        let forms: std::collections::BTreeSet<String> = (0..6).map(|at| mark(at, 0.0, 0.0)).collect();
        assert_eq!(forms.len(), 6);
        assert!(!svg.contains('#'), "no color is fixed");
    }
}
