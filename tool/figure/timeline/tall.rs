//! A run with coordinates for a narrow page: time goes down, a thread is a column, and what happens is said beside it.
//!
//! The same rows, links and spans as in [`layout`](crate::figure::timeline::layout) are drawn. Each event has a line of its own,
//! so that nothing can touch, and only the words beside the columns have to be short enough.

use records::timeline::Run;

use crate::figure::text;
use crate::figure::timeline::axis::{Axis, long_gaps};
use crate::figure::timeline::layout::{Form, Text, form};
use crate::figure::timeline::links::{Join, links};
use crate::figure::timeline::rows::Rows;
use crate::figure::timeline::spans::{Edge, State, spans};
use crate::figure::timeline::words;

/// The width: on the narrowest phones it is drawn a little smaller, and anywhere else as it is.
pub const WIDTH: f64 = 344.0;
/// The width of a story, all of which is drawn larger.
const STORY: f64 = 280.0;
/// The font size of words and names.
pub const WORDS: f64 = 12.0;
/// The font size of a time.
pub const TIME: f64 = 11.0;
/// Where times end, and the columns begin.
pub const TIMES: f64 = 46.0;
/// With more events or columns than this, there are dots and no words.
const MOST: (usize, usize) = (60, 8);

/// A figure of one run.
#[derive(Clone, Debug)]
pub struct Tall {
    /// Whether there are too many events for words.
    pub dots: bool,
    /// Whether it is the story of a brief run, drawn larger and without times.
    pub story: bool,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Where the columns begin, below their names.
    pub top: f64,
    /// The lanes, one a process and one for the reaper: the process, the left edge, the width.
    pub lanes: Vec<(Option<usize>, f64, f64)>,
    /// The names, one a column while there is room, each rising from it: whose, which thread's, and the name.
    pub names: Vec<(Option<usize>, usize, Text)>,
    /// What each thread was doing.
    pub bars: Vec<Bar>,
    /// From the middle of one column to that of another, at the height of an event.
    pub arrows: Vec<(usize, (f64, f64), Join)>,
    /// The events, in their order.
    pub marks: Vec<Mark>,
    /// The times, each with its baseline.
    pub times: Vec<(String, f64)>,
    /// Where long gaps were shortened.
    pub breaks: Vec<f64>,
    /// Where time ends.
    pub over: f64,
}

/// What a thread was doing: its process, the middle, from and to, how it looks, and whether the process is an orphan.
pub type Bar = (usize, f64, (f64, f64), State, bool);

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Which.
    pub event: usize,
    /// In which process.
    pub process: usize,
    /// The middle.
    pub x: f64,
    /// The middle.
    pub y: f64,
    /// Half its width and height.
    pub half: f64,
    /// Its form.
    pub form: Form,
    /// Where a thin line to its words begins, and the words.
    pub words: Option<(f64, Text)>,
}

impl Tall {
    /// Gives everything its place. The events that have a time here are those that have one on the axis of the wide drawing.
    pub fn of(run: &Run, axis: &Axis) -> Tall {
        Tall::with(run, axis, false)
    }

    /// The story of a brief run.
    pub fn brief(run: &Run, axis: &Axis) -> Tall {
        Tall::with(run, axis, true)
    }

    fn with(run: &Run, axis: &Axis, story: bool) -> Tall {
        let rows = Rows::of(run);
        let links = links(run, &rows);
        let dots = run.events.len() > MOST.0 || rows.0.len() > MOST.1;
        let (half, line) = if dots { (3.0, 7.0) } else { (8.5, 20.0) };
        let (width, left) = if story { (STORY, 4.0) } else { (WIDTH, TIMES + 8.0) };
        let column = ((WIDTH - TIMES - 14.0) / rows.0.len() as f64).min(if dots { 16.0 } else { 23.0 });
        let middle = |row: usize| left + column * (row as f64 + 0.5);
        let beside = middle(rows.0.len() - 1) + column / 2.0 + 5.0;

        let names: Vec<String> = rows.0.iter().map(|row| words::cut(&row.name, 17)).collect();
        let longest = names.iter().map(|name| text::width(name) * WORDS).fold(0.0, f64::max);
        let rises = if dots { longest } else { longest / f64::sqrt(2.0) + WORDS / 2.0 };
        let top = (rises + 8.0).ceil();

        let times: Vec<u64> = std::iter::once(0).chain(run.events.iter().map(|event| event.at)).collect();
        let gaps = if story { vec![] } else { long_gaps(&times) };
        let begin = top + 4.0;
        let mut y = begin + if dots { 0.0 } else { -4.0 };
        let mut breaks = vec![];
        let ys: Vec<f64> = (0..run.events.len())
            .map(|at| {
                if gaps.contains(&(at + 1)) {
                    breaks.push(y + line / 2.0 + 4.0);
                    y += 8.0;
                }
                y += line;
                y
            })
            .collect();
        let over = y + half + 6.0;

        let mut lanes: Vec<(Option<usize>, f64, f64)> = vec![];
        for (at, row) in rows.0.iter().enumerate() {
            match lanes.last_mut() {
                Some((_, _, width)) if row.thread > 0 => *width += column,
                _ => lanes.push((row.process, middle(at) - column / 2.0 + 1.0, column - 2.0)),
            }
        }
        let place = |edge| match edge {
            Edge::Begin => begin,
            Edge::Event(at) => ys[at],
            Edge::Over => over,
        };
        let bar = |span: crate::figure::timeline::spans::Span| {
            let process = rows.0[span.row].process.expect("the reaper's row has no spans");
            (process, middle(span.row), (place(span.from), place(span.to)), span.state, span.orphan)
        };
        let mark = |(at, event): (usize, &records::timeline::Event)| {
            let own = rows.of_thread(event.process, event.thread);
            let link = links.iter().find(|link| link.event == at);
            let last = link.map_or(own, |link| link.from.max(link.to).max(own));
            let words = (!dots).then(|| {
                let said = if story { words::beat(event) } else { words::phrase(run, event) };
                let words = text::cut(&said, WORDS, width - beside - 2.0);
                (middle(last) + half + 3.0, Text { text: words, x: beside, y: ys[at] + 4.2, size: WORDS })
            });
            let (process, x, y) = (event.process, middle(own), ys[at]);
            let form = match form(&event.what) {
                Form::Killed => Form::Killed,
                _ if story => Form::Disc,
                form => form,
            };
            Mark { event: at, process, x, y, half, form, words }
        };
        let mut times: Vec<(String, f64)> = vec![];
        for tick in &axis.ticks {
            let Some(event) = tick.event else { continue };
            let y = ys[event] + 3.8;
            if times.last().is_none_or(|(_, before)| y - before >= 14.0) {
                times.push((tick.text.clone(), y));
            }
        }
        // Among dozens of columns there is room for some of the names only.
        let every = (11.0 / column).ceil().max(1.0) as usize;
        let name = |(at, name): (usize, String)| {
            let text = Text { text: name, x: middle(at) + 4.0, y: top - 3.0, size: WORDS };
            (rows.0[at].process, rows.0[at].thread, text)
        };
        Tall {
            dots,
            story,
            width,
            height: (over + 4.0).ceil(),
            top,
            names: names.into_iter().enumerate().step_by(every).map(name).collect(),
            bars: spans(run, &rows)
                .into_iter()
                .filter(|span| !story || span.state != State::Zombie)
                .map(bar)
                .map(|(process, x, y, state, orphan)| match story {
                    true => (process, x, y, State::Running, false),
                    false => (process, x, y, state, orphan),
                })
                .collect(),
            arrows: links
                .iter()
                .map(|link| (link.event, (middle(link.from), middle(link.to)), link.join))
                .collect(),
            marks: run.events.iter().enumerate().map(mark).collect(),
            lanes,
            times,
            breaks,
            over,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;
    use crate::figure::timeline::layout::Layout;

    fn tall(run: &Run) -> Tall {
        Tall::of(run, &Layout::of(run).axis)
    }

    fn each(look: impl Fn(&str, &Run, &Tall)) {
        for (name, timeline) in cases::all() {
            for run in &timeline.runs {
                look(&name, run, &tall(run));
            }
        }
    }

    #[test]
    fn each_event_has_a_line_in_the_column_of_its_process() {
        each(|name, run, tall| {
            assert_eq!(tall.marks.len(), run.events.len(), "{name}");
            for (mark, event) in tall.marks.iter().zip(&run.events) {
                let (_, left, width) =
                    tall.lanes.iter().find(|lane| lane.0 == Some(event.process)).expect("a lane");
                assert!(*left < mark.x && mark.x < left + width, "{name}: {mark:?}");
            }
            for pair in tall.marks.windows(2) {
                assert!(pair[0].y + 2.0 * pair[0].half < pair[1].y + 0.1, "{name}: {pair:?}");
            }
        });
    }

    #[test]
    fn nothing_leaves_the_drawing() {
        each(|name, _, tall| {
            for mark in &tall.marks {
                assert!(mark.x + mark.half < WIDTH && mark.y + mark.half < tall.height, "{name}: {mark:?}");
                if let Some((_, words)) = &mark.words {
                    assert!(words.right() <= WIDTH && !words.text.is_empty(), "{name}: {words:?}");
                    assert!(words.x > mark.x + mark.half, "{name}: {words:?}");
                }
            }
            for (.., words) in &tall.names {
                let long = text::width(&words.text) * WORDS;
                let (right, up) = if tall.dots { (0.0, long) } else { (long * 0.71, long * 0.71) };
                assert!(words.x + right <= WIDTH && words.y >= up, "{name}: {words:?}");
            }
        });
    }

    #[test]
    fn bars_begin_and_end_at_events() {
        each(|name, run, tall| {
            for (process, x, (from, to), ..) in &tall.bars {
                assert!(
                    from < to && *to <= tall.over,
                    "{name}: a bar of {process} at {x} from {from} to {to}"
                );
            }
            for (event, (from, to), join) in &tall.arrows {
                assert!(from != to && *event < run.events.len(), "{name}: {join:?}");
            }
        });
    }

    #[test]
    fn both_drawings_have_the_same_times() {
        each(|name, run, tall| {
            let wide: Vec<String> = Layout::of(run)
                .axis
                .ticks
                .into_iter()
                .filter(|tick| tick.event.is_some())
                .map(|tick| tick.text)
                .collect();
            let times: Vec<&String> = tall.times.iter().map(|(time, _)| time).collect();
            assert!(times.iter().all(|time| wide.contains(time)), "{name}: {times:?}, {wide:?}");
            assert!(tall.dots || times.len() == wide.len(), "{name}: {times:?}, {wide:?}");
        });
    }

    #[test]
    fn many_events_are_dots() {
        assert!(tall(&cases::burst().runs[0]).dots);
        assert!(!tall(&cases::greeting().runs[0]).dots);
    }
}
