//! A layout as SVG. Colors come from the page's style sheet; forms and strokes say the same without them.

use std::fmt::Write;

use crate::figure::svg::n;
use crate::figure::timeline::layout::{Arrow, Bar, Form, Layout, Mark, Name, Text};
use crate::figure::timeline::links::Join;
use crate::figure::timeline::scale::Detail;
use crate::figure::timeline::spans::State;
use crate::text::html::escape;

/// Half the height of a bar.
const BAR: f64 = 4.5;

/// The SVG of a layout, on one line. `label` is what it is to somebody who cannot see it.
pub fn svg(layout: &Layout, label: &str) -> String {
    let Layout { width, height, .. } = layout;
    let detail = match layout.detail {
        Detail::Words | Detail::Brief => "words",
        Detail::Numbers => "numbers",
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
    axis(layout, &mut svg);
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
    let Arrow { event, x, from, to, join } = arrow;
    let (kind, filled) = match join {
        Join::Birth => ("birth", true),
        Join::Thread | Join::Task => ("birth", true),
        Join::Signal => ("signal", true),
        Join::Woken => ("woken", true),
        Join::Message => ("message", true),
        Join::Collected => ("collected", false),
        Join::Adopted => ("adopted", false),
        Join::Reaped => ("collected", false),
    };
    let down = if to > from { 1.0 } else { -1.0 };
    let (bar, head) = if dots { (2.5, 3.0) } else { (BAR, 5.0) };
    // What ends a wait leads to its mark; everything else at a bar.
    let tip = match join {
        Join::Collected | Join::Woken | Join::Message if !dots => to - down * 8.5,
        _ => to - down * bar,
    };
    let (x, base) = (n(*x), n(tip - down * head * 1.2));
    let half = n(head * 0.7);
    let head = format!("M-{half} {base}L0 {}L{half} {base}", n(tip));
    let close = if filled { "z" } else { "" };
    format!(
        "<g class=\"arrow {kind}\" data-of=\"{}\" transform=\"translate({x} 0)\"><path d=\"M0 {}V{}\"/><path class=\"head\" d=\"{head}{close}\"/></g>",
        event + 1,
        n(*from),
        if filled { base } else { n(tip) },
    )
}

fn bar(bar: &Bar, dots: bool) -> String {
    let Bar { process, x: (from, to), y, state, orphan } = bar;
    let half = if dots { 2.5 } else { BAR };
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
    let Mark { event, process, x, y, half, form, label, killed } = mark;
    let number = event + 1;
    let class = match form {
        Form::Square if *killed => "square killed",
        Form::Disc => "disc",
        Form::Ring => "ring",
        Form::Page => "page",
        Form::Parcel => "parcel",
        Form::Tag => "tag",
        Form::Diamond => "diamond",
        Form::Square => "square",
    };
    let tall = half.min(8.5);
    let (x_, y_) = (n(*x), n(*y));
    let shape = match form {
        Form::Disc | Form::Ring => rectangle(*x, *y, *half, tall, tall),
        Form::Page => rectangle(*x, *y, *half, tall - if dots { 0.0 } else { 1.0 }, 2.0),
        Form::Parcel => parcel(*x, *y, *half, tall - if dots { 0.0 } else { 1.0 }),
        Form::Tag => tag(*x, *y, *half, tall),
        Form::Square => rectangle(*x, *y, half - 0.5, tall - 0.5, 0.0),
        Form::Diamond => format!(
            "<path d=\"M{} {y_}L{x_} {}L{} {y_}L{x_} {}z\"/>",
            n(x - half - 1.5),
            n(y - tall - 1.5),
            n(x + half + 1.5),
            n(y + tall + 1.5)
        ),
    };
    let number_text = if dots {
        String::new()
    } else {
        format!("<text class=\"number\" x=\"{x_}\" y=\"{}\">{number}</text>", n(y + 3.4))
    };
    let label = label.as_ref().map(|label| format!(" {}", text(label, "label", ""))).unwrap_or_default();
    format!(
        "<g class=\"mark {class}\" data-event=\"{number}\" data-process=\"{process}\" data-x=\"{x_}\">{shape}{number_text}{label}</g>"
    )
}

/// A rectangle without its corners.
fn parcel(x: f64, y: f64, half: f64, tall: f64) -> String {
    let cut = tall * 0.5;
    let (left, right, top, bottom) = (x - half, x + half, y - tall, y + tall);
    format!(
        "<path d=\"M{} {}H{}L{} {}V{}L{} {}H{}L{} {}V{}z\"/>",
        n(left + cut),
        n(top),
        n(right - cut),
        n(right),
        n(top + cut),
        n(bottom - cut),
        n(right - cut),
        n(bottom),
        n(left + cut),
        n(left),
        n(bottom - cut),
        n(top + cut)
    )
}

/// A label with a point below, at the bar.
fn tag(x: f64, y: f64, half: f64, tall: f64) -> String {
    let shoulder = n(y + tall * 0.45);
    format!(
        "<path d=\"M{} {}H{}V{shoulder}L{} {}L{} {shoulder}z\"/>",
        n(x - half),
        n(y - tall),
        n(x + half),
        n(x),
        n(y + tall + 2.5),
        n(x - half)
    )
}

fn rectangle(x: f64, y: f64, half: f64, tall: f64, radius: f64) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
        n(x - half),
        n(y - tall),
        n(half * 2.0),
        n(tall * 2.0),
        n(radius)
    )
}

fn text(text: &Text, class: &str, data: &str) -> String {
    format!(
        "<text class=\"{class}\"{data} x=\"{}\" y=\"{}\">{}</text>",
        n(text.x),
        n(text.y),
        escape(&text.text)
    )
}

fn data_process(process: Option<usize>) -> String {
    process.map(|process| format!(" data-process=\"{process}\"")).unwrap_or_default()
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
