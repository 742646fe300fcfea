//! A run with coordinates, in CSS pixels. What is written and drawn where is decided here; `svg` only says it.

use records::timeline::{Event, Run, What};
use supervisor::end::End;

use crate::figure::text;
use crate::figure::timeline::axis::Axis;
use crate::figure::timeline::links::{Join, Link, links};
use crate::figure::timeline::rows::Rows;
use crate::figure::timeline::scale::{BESIDE, Detail, LABEL, NAME, Scale, label_offset};
use crate::figure::timeline::spans::{Edge, State, spans};
use crate::figure::timeline::words;

/// As wide as a page's figures are. Only a figure of dots may be wider, and scrolls.
const COLUMN: f64 = 686.0;
/// As wide as the drawing of a story is laid out. It fills its panel, so all in it is a third larger.
const STORY: f64 = 528.0;
/// Above the first row, and below the last.
const TOP: f64 = 6.0;
/// The height of the axis.
const AXIS: f64 = 30.0;

/// A figure of one run.
#[derive(Clone, Debug)]
pub struct Layout {
    /// How much it says.
    pub detail: Detail,
    /// Its width.
    pub width: f64,
    /// Its height, with the axis.
    pub height: f64,
    /// The lanes, one a process and one for the reaper.
    pub lanes: Vec<Lane>,
    /// The names, one a row.
    pub names: Vec<Name>,
    /// What each thread was doing.
    pub bars: Vec<Bar>,
    /// Births, signals, collections, adoptions.
    pub arrows: Vec<Arrow>,
    /// The events, in their order.
    pub marks: Vec<Mark>,
    /// The times.
    pub axis: Axis,
    /// Where the axis lies.
    pub axis_y: f64,
    /// Where it begins and ends.
    pub axis_x: (f64, f64),
}

/// The ground of a process, with all its threads.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The process; `None` for the reaper.
    pub process: Option<usize>,
    /// Its upper edge.
    pub top: f64,
    /// Its height.
    pub height: f64,
}

/// A text on one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// What it says.
    pub text: String,
    /// Its left edge.
    pub x: f64,
    /// Its baseline.
    pub y: f64,
    /// Its font size.
    pub size: f64,
}

/// The name of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Whose.
    pub process: Option<usize>,
    /// Which thread's.
    pub thread: usize,
    /// The name.
    pub text: Text,
    /// Where its row ends.
    pub end: f64,
}

/// A stretch of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The process.
    pub process: usize,
    /// From and to.
    pub x: (f64, f64),
    /// The middle.
    pub y: f64,
    /// How it looks.
    pub state: State,
    /// Whether its process is an orphan.
    pub orphan: bool,
}

/// An upright line, with a head at `to`.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// The event that it belongs to.
    pub event: usize,
    /// Where.
    pub x: f64,
    /// From the middle of one row.
    pub from: f64,
    /// To the middle of another.
    pub to: f64,
    /// Why.
    pub join: Join,
}

/// The form of a mark tells its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Something is made: a process, a thread, a program begins.
    Disc,
    /// A wait or a sleep begins or ends; an orphan is adopted, a process is collected by the reaper.
    Ring,
    /// Output.
    Page,
    /// Bytes into a pipe, or out of one.
    Parcel,
    /// The end of file in place of bytes.
    Nothing,
    /// What the program says of itself.
    Tag,
    /// A signal.
    Diamond,
    /// An end.
    Square,
    /// An end by a signal.
    Killed,
}

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
    /// Half its width.
    pub half: f64,
    /// Its form.
    pub form: Form,
    /// What stands beside it.
    pub label: Option<Text>,
}

impl Layout {
    /// Says as much as there is room for.
    pub fn of(run: &Run) -> Layout {
        [Detail::Whole, Detail::Words, Detail::Brief, Detail::Numbers, Detail::Close]
            .into_iter()
            .map(|detail| Layout::with(run, detail))
            .find(|layout| layout.width <= COLUMN)
            .unwrap_or_else(|| Layout::with(run, Detail::Dots))
    }

    /// The story of a brief run.
    pub fn brief(run: &Run) -> Layout {
        Layout::with(run, Detail::Story)
    }

    /// With this much detail.
    pub fn with(run: &Run, detail: Detail) -> Layout {
        let rows = Rows::of(run);
        let links = links(run, &rows);
        let mut scale = Scale::of(run, &rows, &links, detail);
        if detail == Detail::Story {
            scale.widen(run, (STORY - 8.0 - scale.over).max(0.0));
        }
        let axis = match detail {
            Detail::Story => Axis { ticks: vec![], breaks: vec![] },
            _ => Axis::of(run, &scale),
        };
        let (lanes, middles) = heights(&rows, detail);
        let bottom = lanes.last().map_or(TOP, |lane| lane.top + lane.height);
        let place = Place { run, rows: &rows, links: &links, scale: &scale, detail, middles: &middles };
        let marks = place.marks();
        let names = place.names();
        let texts =
            marks.iter().filter_map(|mark| mark.label.as_ref()).chain(names.iter().map(|name| &name.text));
        let ticks = axis.ticks.iter().map(|tick| tick.x + tick.half);
        let width = texts.map(Text::right).chain(ticks).fold(scale.over, f64::max) + 8.0;
        Layout {
            detail,
            width: width.ceil(),
            height: (bottom + if detail == Detail::Story { TOP } else { AXIS }).ceil(),
            bars: place.bars(),
            arrows: place.arrows(),
            axis_y: bottom + 6.0,
            axis_x: (scale.begin, scale.over),
            lanes,
            names,
            marks,
            axis,
        }
    }
}

impl Text {
    /// Its right edge.
    pub fn right(&self) -> f64 {
        self.x + text::width(&self.text) * self.size
    }
}

/// The lanes, and the middle of each row.
fn heights(rows: &Rows, detail: Detail) -> (Vec<Lane>, Vec<f64>) {
    let (row_height, middle, between) = match detail {
        Detail::Dots => (18.0, 9.0, 2.0),
        Detail::Story => (58.0, 29.0, 5.0),
        _ => (48.0, 25.0, 5.0),
    };
    let mut lanes: Vec<Lane> = vec![];
    let mut middles = vec![];
    let mut y = TOP;
    for row in &rows.0 {
        match lanes.last_mut() {
            Some(lane) if row.thread > 0 => lane.height += row_height,
            _ => {
                y += if lanes.is_empty() { 0.0 } else { between };
                lanes.push(Lane { process: row.process, top: y, height: row_height });
            }
        }
        middles.push(y + middle);
        y += row_height;
    }
    (lanes, middles)
}

/// All that is needed to give something its coordinates.
struct Place<'a> {
    run: &'a Run,
    rows: &'a Rows,
    links: &'a [Link],
    scale: &'a Scale,
    detail: Detail,
    middles: &'a [f64],
}

impl Place<'_> {
    fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> =
            self.run.events.iter().enumerate().map(|(at, event)| self.mark(at, event)).collect();
        if matches!(self.detail, Detail::Numbers | Detail::Close) {
            let mut order: Vec<usize> = (0..marks.len()).collect();
            order.sort_by_key(|&at| rank(&self.run.events[at].what));
            order.into_iter().for_each(|at| self.label_if_it_fits(&mut marks, at));
        }
        marks
    }

    /// Labels an event that the scale left no room for, where there happens to be some.
    fn label_if_it_fits(&self, marks: &mut [Mark], at: usize) {
        let event = &self.run.events[at];
        let own = self.rows.of_thread(event.process, event.thread);
        let label = self.below(at, event, words::label(event, 9));
        let taken = |from: f64, to: f64| label.x < to + 4.0 && from < label.right() + 4.0;
        let on_label = |mark: &Mark| {
            mark.y == marks[at].y && mark.label.as_ref().is_some_and(|other| taken(other.x, other.right()))
        };
        let on_line = |link: &Link| {
            let (top, bottom) = (link.from.min(link.to), link.from.max(link.to));
            let x = self.scale.x[link.event];
            link.event != at && (top..bottom).contains(&own) && taken(x, x)
        };
        let free = !marks.iter().any(on_label) && !self.links.iter().any(on_line);
        if marks[at].label.is_none() && free && label.right() <= self.scale.over {
            marks[at].label = Some(label);
        }
    }

    /// The label below the mark, beside a line that leads down from it.
    fn below(&self, at: usize, event: &Event, text: String) -> Text {
        let own = self.rows.of_thread(event.process, event.thread);
        let link = self.links.iter().find(|link| link.event == at);
        let x = self.scale.x[at] + label_offset(link, own, self.detail.half(at + 1));
        Text { text, x, y: self.middles[own] + 20.5, size: LABEL }
    }

    fn mark(&self, at: usize, event: &Event) -> Mark {
        let own = self.rows.of_thread(event.process, event.thread);
        let (x, y, half) = (self.scale.x[at], self.middles[own], self.detail.half(at + 1));
        let form = match (self.detail, form(&event.what)) {
            (Detail::Story, Form::Killed) => Form::Killed,
            (Detail::Story, _) => Form::Disc,
            (_, form) => form,
        };
        let label = match self.detail {
            Detail::Dots => self.unusual_end(event).map(|text| Text {
                text,
                x: self.last_seen(event.process) + half + BESIDE,
                y: y + 4.0,
                size: LABEL,
            }),
            detail => detail.label(event).map(|text| self.below(at, event, text)),
        };
        Mark { event: at, process: event.process, x, y, half, form, label }
    }

    /// Where the last that is seen of a process is.
    fn last_seen(&self, process: usize) -> f64 {
        let of = |event: &Event| {
            event.process == process
                || matches!(event.what, What::Waited { collected } if collected == Some(process))
        };
        let last = self.run.events.iter().rposition(of);
        last.map_or(self.scale.over, |event| self.scale.x[event])
    }

    fn unusual_end(&self, event: &Event) -> Option<String> {
        matches!(event.what, What::End(end) if end != End::Exit(0)).then(|| words::label(event, 9))
    }

    fn names(&self) -> Vec<Name> {
        let bars = self.bars();
        let name = |(at, row): (usize, &crate::figure::timeline::rows::Row)| {
            let born = self.born(at);
            let middle = self.middles[at];
            let (x, y) = match (self.detail, born) {
                (Detail::Dots, born) => {
                    let end = born.unwrap_or(self.scale.begin) - BESIDE;
                    (end - text::width(&row.name) * NAME, middle + 4.0)
                }
                (_, Some(birth)) => (birth + BESIDE, middle - 12.0),
                (_, None) => (self.scale.begin, middle - 12.0),
            };
            let text = Text { text: row.name.clone(), x, y, size: NAME };
            let on_row = bars.iter().filter(|bar| bar.y == middle).map(|bar| bar.x.1);
            let end =
                if row.process.is_none() { self.scale.over } else { on_row.fold(text.right(), f64::max) };
            Name { process: row.process, thread: row.thread, text, end }
        };
        self.rows.0.iter().enumerate().map(name).collect()
    }

    /// Where the row was begun by an event of the record.
    fn born(&self, row: usize) -> Option<f64> {
        let birth =
            |link: &&Link| link.to == row && matches!(link.join, Join::Birth | Join::Thread | Join::Task);
        self.links.iter().find(birth).map(|link| self.scale.x[link.event])
    }

    fn bars(&self) -> Vec<Bar> {
        let x = |edge| match edge {
            Edge::Begin => self.scale.begin,
            Edge::Event(at) => self.scale.x[at],
            Edge::Over => self.scale.over,
        };
        let bar = |span: crate::figure::timeline::spans::Span| Bar {
            process: self.rows.0[span.row].process.expect("the reaper's row has no spans"),
            x: (x(span.from), x(span.to)),
            y: self.middles[span.row],
            state: span.state,
            orphan: span.orphan,
        };
        let spans = spans(self.run, self.rows).into_iter();
        match self.detail {
            // It is there, or it has ended and its parent has yet to learn why: what it waits for, a story leaves out.
            Detail::Story => spans
                .map(|span| Bar {
                    state: if span.state == State::Zombie { State::Zombie } else { State::Running },
                    orphan: false,
                    ..bar(span)
                })
                .collect(),
            _ => spans.map(bar).collect(),
        }
    }

    fn arrows(&self) -> Vec<Arrow> {
        let arrow = |link: &Link| Arrow {
            event: link.event,
            x: self.scale.x[link.event],
            from: self.middles[link.from],
            to: self.middles[link.to],
            join: link.join,
        };
        self.links.iter().map(arrow).collect()
    }
}

/// Which events are labelled first where there is not room for all.
fn rank(what: &What) -> usize {
    match what {
        What::Start { .. }
        | What::Thread(_)
        | What::Task(_)
        | What::Mark(_)
        | What::Send { .. }
        | What::Receive(_)
        | What::EndOfFile(_)
        | What::Orphaned => 0,
        // A pipe is seldom full.
        What::EndWait { room_in, .. } if !room_in.is_empty() => 1,
        What::Waited { collected: Some(_) } | What::Woken { .. } | What::Got { .. } => 1,
        What::Write { .. } | What::Put { .. } | What::Map { .. } => 2,
        What::Wait { .. } | What::FutexWait(_) | What::EndWait { .. } => 3,
        _ => 4,
    }
}

/// The form of an event's mark.
pub fn form(what: &What) -> Form {
    match what {
        What::Start { .. } | What::Thread(_) | What::Task(_) | What::Exec(_) | What::Map { .. } => Form::Disc,
        What::Mark(_) => Form::Tag,
        What::Send { .. } | What::Receive(_) => Form::Diamond,
        What::Write { .. } => Form::Page,
        What::Put { .. } | What::Got { .. } => Form::Parcel,
        What::EndOfFile(_) => Form::Nothing,
        What::End(End::Signal(_)) => Form::Killed,
        What::End(_) | What::ThreadEnd => Form::Square,
        What::Wait { .. }
        | What::Waited { .. }
        | What::Sleep(_)
        | What::FutexWait(_)
        | What::Join(_)
        | What::EndWait { .. }
        | What::Woken { .. }
        | What::Runs { .. }
        | What::Rests
        | What::Awake
        | What::Orphaned
        | What::Reaped => Form::Ring,
    }
}

#[cfg(test)]
mod tests;
