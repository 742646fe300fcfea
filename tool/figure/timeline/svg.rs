//! A layout as SVG. Colors come from the page's style sheet; forms and strokes say the same without them.

use std::fmt::Write;

use crate::figure::svg::n;
use crate::figure::timeline::layout::{Arrow, Bar, Layout, Mark, Name, Text};
use crate::figure::timeline::scale::Detail;
use crate::figure::timeline::shapes::{self, BAR, SMALL, data_process, kind};
use crate::figure::timeline::spans::State;
use crate::text::html::escape;

/// The SVG of a layout, on one line. `label` is what it is to somebody who cannot see it.
pub fn svg(layout: &Layout, label: &str) -> String {
    let Layout { width, height, .. } = layout;
    let detail = match layout.detail {
        Detail::Story => "story",
        Detail::Whole | Detail::Words | Detail::Brief => "words",
        Detail::Numbers | Detail::Close => "numbers",
        Detail::Dots => "dots",
    };
    let mut svg = format!(
        "<svg class=\"plot-{detail}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         style=\"--width:{width}px\" role=\"img\" aria-label=\"{}\">",
        escape(label)
    );
    for lane in &layout.lanes {
        let process = data_process(lane.process);
        let (top, height) = (lane.top, lane.height);
        let _ = write!(
            svg,
            "<rect class=\"lane\"{process} x=\"0\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>"
        );
        if lane.process.is_none() {
            let (from, to) = layout.axis_x;
            let y = top + height / 2.0;
            let _ = write!(svg, "<path class=\"reaper\" d=\"M{} {y}H{}\"/>", n(from), n(to));
        }
    }
    if layout.detail != Detail::Story {
        axis(layout, &mut svg);
    }
    let dots = layout.detail == Detail::Dots;
    layout.arrows.iter().for_each(|one| svg += &arrow(one, dots));
    layout.bars.iter().for_each(|one| svg += &bar(one, dots));
    layout.names.iter().for_each(|one| svg += &name(one));
    layout.marks.iter().for_each(|one| svg += &mark(one, dots));
    svg + "</svg>"
}

fn axis(layout: &Layout, svg: &mut String) {
    let (from, to) = layout.axis_x;
    let y = layout.axis_y;
    // The axis is left out where a gap was shortened, between two strokes.
    let mut line = format!("M{} {y}", n(from));
    for at in &layout.axis.breaks {
        let (before, after) = (at - 2.5, at + 2.5);
        let _ = write!(line, "H{}m-2.5 4l5 -8M{} {}l5 -8m-2.5 4", n(before), n(after - 2.5), y + 4.0);
    }
    let _ = write!(line, "H{}", n(to));
    for tick in &layout.axis.ticks {
        let _ = write!(line, "M{} {y}v4", n(tick.x));
    }
    let _ = write!(svg, "<path class=\"axis\" d=\"{line}\"/>");
    for tick in &layout.axis.ticks {
        let _ = write!(
            svg,
            "<text class=\"time\" x=\"{}\" y=\"{}\">{}</text>",
            n(tick.x),
            n(y + 16.0),
            escape(&tick.text)
        );
    }
}

fn arrow(arrow: &Arrow, dots: bool) -> String {
    let (tip, line) = shapes::line(arrow.from, arrow.to, arrow.join, dots);
    let (kind, filled) = kind(arrow.join);
    let head = shapes::head(arrow.from < arrow.to, dots, filled, |along, across| {
        format!("{} {}", n(across), n(along))
    });
    format!(
        "<g class=\"arrow {kind}\" transform=\"translate({} {})\"><path d=\"M0 {}V{}\"/>{head}</g>",
        n(arrow.x),
        n(tip),
        n(line.0),
        n(line.1)
    )
}

fn bar(bar: &Bar, dots: bool) -> String {
    let Bar { process, x: (from, to), y, state, orphan } = bar;
    let half = if dots { SMALL } else { BAR };
    let orphan = if *orphan { " of-orphan" } else { "" };
    let (kind, data) = match state {
        State::Running => {
            ("running", format!("M{} {}H{}V{}H{}z", n(*from), n(y - half), n(*to), n(y + half), n(*from)))
        }
        State::Waiting => {
            let (top, bottom) = (n(y - half + 0.6), n(y + half - 0.6));
            ("waiting", format!("M{} {top}H{}M{} {bottom}H{}", n(*from), n(*to), n(*from), n(*to)))
        }
        State::Zombie => ("zombie", format!("M{} {}H{}", n(*from), n(*y), n(*to))),
    };
    format!("<path class=\"bar {kind}{orphan}\" data-process=\"{process}\" d=\"{data}\"/>")
}

fn name(name: &Name) -> String {
    let class = if name.thread > 0 { "name thread" } else { "name" };
    text(&name.text, class, &format!("{} data-end=\"{}\"", data_process(name.process), n(name.end)))
}

fn mark(mark: &Mark, dots: bool) -> String {
    let Mark { event, process, x, y, half, form, label } = mark;
    let label = label.as_ref().map(|label| (label.x - x, label.y - y, label.text.as_str()));
    shapes::mark(*event, *process, (*x, *y), *half, *form, dots, label)
}

fn text(text: &Text, class: &str, data: &str) -> String {
    format!(
        "<text class=\"{class}\"{data} x=\"{}\" y=\"{}\">{}</text>",
        n(text.x),
        n(text.y),
        escape(&text.text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;

    #[test]
    fn a_number_is_short() {
        assert_eq!((n(3.0), n(3.25), n(-0.5)), ("3".into(), "3.2".into(), "-0.5".into()));
    }

    #[test]
    fn every_event_is_one_group_and_nothing_has_an_id() {
        for (name, timeline) in cases::all() {
            let run = &timeline.runs[0];
            let svg = svg(&Layout::of(run), "a label");
            for number in 1..=run.events.len() {
                assert_eq!(svg.matches(&format!("data-event=\"{number}\"")).count(), 1, "{name}: {number}");
            }
            // A page may hold a figure twice.
            assert!(!svg.contains(" id=") && !svg.contains("url(") && !svg.contains('\n'), "{name}");
        }
    }

    #[test]
    fn a_name_cannot_close_the_figure() {
        let mut run = cases::greeting().runs[0].clone();
        run.processes[1].name = "</svg><script>".into();
        assert!(svg(&Layout::of(&run), "a label").contains("&lt;/svg&gt;&lt;script&gt;"));
    }
}
