//! The drawing for a narrow page as SVG, beside the one in [`svg`](crate::figure::timeline::svg), in the same forms.

use std::fmt::Write;

use crate::figure::svg::n;
use crate::figure::timeline::links::Join;
use crate::figure::timeline::shapes::{self, BAR, SMALL, data_process, kind};
use crate::figure::timeline::spans::State;
use crate::figure::timeline::tall::{Mark, TIMES, Tall};
use crate::text::html::escape;

/// The SVG, on one line. `label` is what it is to somebody who cannot see it.
pub fn tall_svg(tall: &Tall, label: &str) -> String {
    let (width, height) = (tall.width, n(tall.height));
    let kind = match (tall.story, tall.dots) {
        (true, _) => "story",
        (false, true) => "dots",
        (false, false) => "words",
    };
    let mut svg = format!(
        "<svg class=\"tall plot-{kind}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">",
        escape(label)
    );
    for (process, left, width) in &tall.lanes {
        let (data, long) = (data_process(*process), n(tall.over - tall.top + 2.0));
        let (left, top, width_) = (n(*left), n(tall.top), n(*width));
        let _ = write!(
            svg,
            "<rect class=\"lane\"{data} x=\"{left}\" y=\"{top}\" width=\"{width_}\" height=\"{long}\" rx=\"5\"/>"
        );
    }
    for (process, left, width) in &tall.lanes {
        if process.is_none() {
            let (x, top, over) = (n(left + width / 2.0), n(tall.top + 4.0), n(tall.over));
            let _ = write!(svg, "<path class=\"reaper\" d=\"M{x} {top}V{over}\"/>");
        }
    }
    if !tall.story {
        axis(tall, &mut svg);
    }
    let leaders: String = tall
        .marks
        .iter()
        .filter_map(|mark| mark.words.as_ref().map(|(from, words)| (from, words.x - 3.0, mark.y)))
        .filter(|&(from, to, _)| from + 4.0 < to)
        .map(|(from, to, y)| format!("M{} {}H{}", n(*from), n(y), n(to)))
        .collect();
    if !leaders.is_empty() {
        let _ = write!(svg, "<path class=\"leader\" d=\"{leaders}\"/>");
    }
    tall.arrows.iter().for_each(|one| svg += &arrow(tall, one));
    tall.bars.iter().for_each(|one| svg += &bar(one, tall.dots));
    let angle = if tall.dots { 90 } else { 45 };
    for (process, thread, name) in &tall.names {
        let class = if *thread > 0 { "name thread" } else { "name" };
        let (x, y) = (n(name.x), n(name.y));
        let _ = write!(
            svg,
            "<text class=\"{class}\"{} transform=\"translate({x} {y})rotate(-{angle})\">{}</text>",
            data_process(*process),
            escape(&name.text)
        );
    }
    tall.marks.iter().for_each(|one| svg += &mark(one, tall.dots));
    svg + "</svg>"
}

fn axis(tall: &Tall, svg: &mut String) {
    let x = TIMES + 3.0;
    // The axis is left out where a gap was shortened, between two strokes.
    let mut line = format!("M{x} {}", n(tall.top + 4.0));
    for at in &tall.breaks {
        let _ = write!(line, "V{}m-4 2.5l8 -5M{} {}l8 -5m-4 2.5", n(at - 2.5), n(x - 4.0), n(at + 5.0));
    }
    let _ = write!(line, "V{}", n(tall.over));
    let _ = write!(svg, "<path class=\"axis\" d=\"{line}\"/>");
    for (time, y) in &tall.times {
        let _ = write!(svg, "<text class=\"time\" x=\"{TIMES}\" y=\"{}\">{}</text>", n(*y), escape(time));
    }
}

fn arrow(tall: &Tall, (event, (from, to), join): &(usize, (f64, f64), Join)) -> String {
    let (tip, line) = shapes::line(*from, *to, *join, tall.dots);
    let (kind, filled) = kind(*join);
    let head =
        shapes::head(from < to, tall.dots, filled, |along, across| format!("{} {}", n(along), n(across)));
    format!(
        "<g class=\"arrow {kind}\" transform=\"translate({} {})\"><path d=\"M{} 0H{}\"/>{head}</g>",
        n(tip),
        n(tall.marks[*event].y),
        n(line.0),
        n(line.1)
    )
}

fn bar(
    (process, x, (from, to), state, orphan): &(usize, f64, (f64, f64), State, bool),
    dots: bool,
) -> String {
    let half = if dots { SMALL } else { BAR };
    let orphan = if *orphan { " of-orphan" } else { "" };
    let (from, to) = (n(*from), n(*to));
    let (kind, data) = match state {
        State::Running => ("running", format!("M{} {from}V{to}H{}V{from}z", n(x - half), n(x + half))),
        State::Waiting => {
            let (left, right) = (n(x - half + 0.6), n(x + half - 0.6));
            ("waiting", format!("M{left} {from}V{to}M{right} {from}V{to}"))
        }
        State::Zombie => ("zombie", format!("M{} {from}V{to}", n(*x))),
    };
    format!("<path class=\"bar {kind}{orphan}\" data-process=\"{process}\" d=\"{data}\"/>")
}

fn mark(mark: &Mark, dots: bool) -> String {
    let Mark { event, process, x, y, half, form, words } = mark;
    let words = words.as_ref().map(|(_, words)| (words.x - x, words.y - y, words.text.as_str()));
    shapes::mark(*event, *process, (*x, *y), *half, *form, dots, words)
}
