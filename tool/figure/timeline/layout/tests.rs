//! The layout of every case: no overlap, every event once, arrows between the right lanes.

use super::*;
use crate::figure::timeline::cases;

#[derive(Clone, Debug)]
struct Box {
    what: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Box {
    fn of(text: &Text) -> Box {
        let Text { text, x, y, size } = text;
        Box {
            what: text.clone(),
            left: *x,
            right: x + text::width(text) * size,
            top: y - size * 0.8,
            bottom: y + size * 0.22,
        }
    }

    fn touches(&self, other: &Box) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Everything that must be readable: labels, names, marks, times.
fn boxes(layout: &Layout) -> Vec<Box> {
    let labels = layout.marks.iter().filter_map(|mark| mark.label.as_ref()).map(Box::of);
    let names = layout.names.iter().map(|name| Box::of(&name.text));
    let marks = layout.marks.iter().map(|mark| Box {
        what: format!("mark {}", mark.event + 1),
        left: mark.x - mark.half,
        right: mark.x + mark.half,
        top: mark.y - mark.half.min(8.5),
        bottom: mark.y + mark.half.min(8.5),
    });
    let ticks = layout.axis.ticks.iter().map(|tick| Box {
        what: tick.text.clone(),
        left: tick.x - tick.half,
        right: tick.x + tick.half,
        top: layout.axis_y + 4.0,
        bottom: layout.height,
    });
    labels.chain(names).chain(marks).chain(ticks).collect()
}

fn each(look: impl Fn(&str, &Run, &Layout)) {
    for (name, timeline) in cases::all() {
        for run in &timeline.runs {
            for detail in
                [Detail::Story, Detail::Words, Detail::Brief, Detail::Numbers, Detail::Close, Detail::Dots]
            {
                look(&format!("{name} with {detail:?}"), run, &Layout::with(run, detail));
            }
        }
    }
}

#[test]
fn nothing_lies_on_something_else_or_outside() {
    each(|name, _, layout| {
        let boxes = boxes(layout);
        for (at, one) in boxes.iter().enumerate() {
            assert!(
                one.left >= 0.0 && one.right <= layout.width && one.top >= 0.0 && one.bottom <= layout.height,
                "{name}: {one:?} is outside of {} by {}",
                layout.width,
                layout.height
            );
            for other in &boxes[at + 1..] {
                assert!(!one.touches(other), "{name}: {one:?} lies on {other:?}");
            }
        }
    });
}

#[test]
fn no_line_runs_through_a_text_or_a_strange_mark() {
    each(|name, _, layout| {
        if layout.detail == Detail::Dots {
            return;
        }
        for arrow in &layout.arrows {
            let (top, bottom) = (arrow.from.min(arrow.to), arrow.from.max(arrow.to));
            let own = format!("mark {}", arrow.event + 1);
            let line = Box {
                what: own.clone(),
                left: arrow.x - 0.5,
                right: arrow.x + 0.5,
                top: top + 9.0,
                bottom: bottom - 5.0,
            };
            for other in boxes(layout).iter().filter(|other| other.what != own) {
                assert!(!line.touches(other), "{name}: the line at {} runs through {other:?}", arrow.x);
            }
        }
    });
}

#[test]
fn every_event_has_one_mark_on_the_row_of_its_thread() {
    each(|name, run, layout| {
        let events: Vec<usize> = layout.marks.iter().map(|mark| mark.event).collect();
        assert_eq!(events, (0..run.events.len()).collect::<Vec<_>>(), "{name}");
        for (mark, event) in layout.marks.iter().zip(&run.events) {
            let lane = layout.lanes.iter().find(|lane| lane.process == Some(event.process));
            let lane = lane.expect("a lane for each process");
            assert!(mark.y > lane.top && mark.y < lane.top + lane.height, "{name}: {mark:?}");
        }
    });
}

#[test]
fn a_mark_lies_on_a_bar_of_its_process_while_there_is_one() {
    each(|name, run, layout| {
        if layout.detail == Detail::Story {
            return; // It leaves out zombies.
        }
        for mark in &layout.marks {
            let on = |bar: &&Bar| bar.y == mark.y && bar.x.0 - 1.0 <= mark.x && mark.x <= bar.x.1 + 1.0;
            let what = &run.events[mark.event].what;
            assert!(layout.bars.iter().any(|bar| on(&bar)), "{name}: {what:?} lies on no bar");
        }
    });
}

#[test]
fn an_arrow_joins_the_lanes_of_its_processes() {
    each(|name, run, layout| {
        let lane_at = |y: f64| {
            let lane = layout.lanes.iter().find(|lane| lane.top < y && y < lane.top + lane.height);
            lane.expect("arrows begin and end in a lane").process
        };
        for arrow in &layout.arrows {
            let event = &run.events[arrow.event];
            let ends = (lane_at(arrow.from), lane_at(arrow.to));
            let expected = match event.what {
                What::Start { child, .. } => (Some(event.process), Some(child)),
                What::Send { to, .. } => (Some(event.process), to),
                What::Waited { collected } => (collected, Some(event.process)),
                What::Thread(_) | What::Task(_) => (Some(event.process), Some(event.process)),
                What::Got { ref from, .. } => (Some(from[0].process), Some(event.process)),
                What::Woken { by } => (Some(by.process), Some(event.process)),
                _ => (Some(event.process), None),
            };
            assert_eq!(ends, expected, "{name}: {event:?}");
        }
    });
}

#[test]
fn a_birth_begins_a_bar_and_a_collection_ends_one() {
    each(|name, run, layout| {
        if layout.detail == Detail::Story {
            return;
        }
        for arrow in &layout.arrows {
            let (begins, ends) = match run.events[arrow.event].what {
                What::Start { .. } => (true, false),
                What::Waited { .. } => (false, true),
                _ => continue,
            };
            let y = if begins { arrow.to } else { arrow.from };
            let bars = layout.bars.iter().filter(|bar| bar.y == y);
            let fits = |bar: &Bar| begins && bar.x.0 == arrow.x || ends && bar.x.1 == arrow.x;
            assert!(bars.into_iter().any(fits), "{name}: {arrow:?}");
        }
    });
}

#[test]
fn few_events_get_words_and_many_get_dots() {
    assert_eq!(Layout::of(&cases::greeting().runs[0]).detail, Detail::Whole);
    assert_eq!(Layout::of(&cases::burst().runs[0]).detail, Detail::Dots);
    for (name, timeline) in cases::all() {
        let width = Layout::of(&timeline.runs[0]).width;
        assert!(width <= COLUMN || name.ends_with("/burst"), "{name} is {width} wide");
    }
}
