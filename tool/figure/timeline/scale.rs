//! Where left and right: the order of the events is exact, the distances are not.
//!
//! In a run of two seconds five events may come within a millisecond. Drawn to scale they would be one dot, so each event
//! gets the room that its mark and its label need, and a gap adds to it only by the logarithm of its length.

use records::timeline::{Run, What};

use crate::figure::text;
use crate::figure::timeline::links::{Join, Link};
use crate::figure::timeline::rows::Rows;
use crate::figure::timeline::words;

/// How much is said at each event. Many events leave room for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The few beats of a story, as wide as there is room, and drawn larger.
    Story,
    /// A numbered mark with a label, which has a line of output as a whole.
    Whole,
    /// The same, and of a long line of output only its beginning.
    Words,
    /// The same, and less of it.
    Brief,
    /// A numbered mark; a label where a process ends.
    Numbers,
    /// The same, one mark close to the next.
    Close,
    /// A dot.
    Dots,
}

impl Detail {
    /// Half the width of a mark with this number.
    pub fn half(self, number: usize) -> f64 {
        match self {
            Detail::Dots => 3.0,
            Detail::Close if number < 100 => 7.5,
            _ if number > 99 => 11.0,
            _ => 8.5,
        }
    }

    /// The label at this event, if it gets one.
    pub fn label(self, event: &records::timeline::Event) -> Option<String> {
        match self {
            Detail::Story => Some(words::beat(event)),
            Detail::Whole => Some(words::label(event, words::LINE)),
            Detail::Words => Some(words::label(event, words::ROOM)),
            Detail::Brief => Some(words::label(event, 9)),
            Detail::Numbers => matches!(event.what, What::End(_)).then(|| words::label(event, 9)),
            Detail::Close | Detail::Dots => None,
        }
    }

    /// What a gap adds to the distance of two events.
    fn stretch(self, gap: u64) -> f64 {
        let scale = match self {
            Detail::Story | Detail::Whole | Detail::Words | Detail::Brief | Detail::Numbers => 6.0,
            Detail::Close => 1.5,
            Detail::Dots => 0.8,
        };
        scale * (1.0 + gap as f64 / 20.0).log10()
    }

    /// How much is seen of a zombie, however short its time.
    fn zombie(self) -> f64 {
        match self {
            Detail::Story | Detail::Whole | Detail::Words | Detail::Brief | Detail::Numbers => 26.0,
            Detail::Close => 12.0,
            Detail::Dots => 5.0,
        }
    }

    /// The least distance of two events.
    fn step(self) -> f64 {
        match self {
            Detail::Story | Detail::Whole | Detail::Words | Detail::Brief => 10.0,
            Detail::Numbers => 7.0,
            Detail::Close => 3.0,
            Detail::Dots => 2.0,
        }
    }
}

/// The font size of a label.
pub const LABEL: f64 = 11.5;
/// The font size of a name.
pub const NAME: f64 = 12.5;
/// Between a line that comes down on a row and the text beside it.
pub const BESIDE: f64 = 5.0;
/// The margin on the left.
const LEFT: f64 = 12.0;
/// Between two things that must not touch.
const APART: f64 = 4.0;

/// Where each event is.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// By event.
    pub x: Vec<f64>,
    /// Where the run begins.
    pub begin: f64,
    /// Where it is over.
    pub over: f64,
}

/// Up to where a row is taken, by the zones that it has from top to bottom.
#[derive(Clone, Copy)]
struct Front {
    name: f64,
    bar: f64,
    label: f64,
}

impl Front {
    fn all(self) -> f64 {
        self.name.max(self.bar).max(self.label)
    }
}

impl Scale {
    /// Gives each event its place.
    pub fn of(run: &Run, rows: &Rows, links: &[Link], detail: Detail) -> Scale {
        let begin = LEFT;
        let empty = Front { name: begin, bar: begin, label: begin };
        let mut fronts = vec![empty; rows.0.len()];
        if detail != Detail::Dots {
            for (row, front) in rows.0.iter().zip(&mut fronts) {
                let first = row.process.is_none() || (row.process == Some(0) && row.thread == 0);
                front.name = if first { begin + text::width(&row.name) * NAME } else { begin };
            }
        }
        let mut scale = Scale { x: vec![], begin, over: begin };
        let mut ends = vec![begin; run.processes.len()];
        let mut last = (begin, 0);
        for (at, event) in run.events.iter().enumerate() {
            let own = rows.of_thread(event.process, event.thread);
            let link = links.iter().find(|link| link.event == at);
            let half = detail.half(at + 1);
            let label = detail.label(event);
            let mut x = last.0 + detail.step() + detail.stretch(event.at - last.1);
            x = x.max(fronts[own].bar + APART + half);
            if label.is_some() {
                x = x.max(fronts[own].label + APART + half);
            }
            if let What::Waited { collected: Some(process) } = event.what {
                x = x.max(ends[process] + detail.zombie());
            } else if event.what == What::Reaped {
                x = x.max(ends[event.process] + detail.zombie());
            }
            if let Some(link) = link.filter(|_| detail != Detail::Dots) {
                x = x.max(clear(&fronts, link) + APART);
            }
            scale.x.push(x);
            last = (x, event.at);
            if let What::End(_) = event.what {
                ends[event.process] = x + half;
            }

            fronts[own].bar = x + half;
            if let Some(label) = label {
                fronts[own].label = x + label_offset(link, own, half) + text::width(&label) * LABEL;
            }
            if let Some(link) = link {
                take(&mut fronts, link, x);
                if let What::Start { .. } | What::Thread(_) | What::Task(_) = event.what {
                    fronts[link.to].name = x + BESIDE + text::width(&rows.0[link.to].name) * NAME;
                }
            }
            scale.over = scale.over.max(fronts[own].all());
        }
        scale.over += APART + detail.stretch(run.over - last.1);
        if detail == Detail::Dots {
            scale.shift(room_for_names(rows, links, &scale.x));
        }
        scale
    }

    /// Makes it wider, where the longest time passes.
    pub fn widen(&mut self, run: &Run, by: f64) {
        let gap = |at: &usize| run.events[*at].at - run.events[at - 1].at;
        let longest = (1..self.x.len()).max_by_key(gap).unwrap_or(self.x.len());
        self.x[longest..].iter_mut().chain([&mut self.over]).for_each(|x| *x += by);
    }

    fn shift(&mut self, by: f64) {
        self.x.iter_mut().chain([&mut self.begin, &mut self.over]).for_each(|x| *x += by);
    }
}

/// Where an event's label begins, seen from its mark: below it, but beside a line that leads down from it.
pub fn label_offset(link: Option<&Link>, own: usize, half: f64) -> f64 {
    match link {
        Some(link) if link.from.min(link.to) == own => BESIDE,
        _ => -half,
    }
}

/// Up to where a line between two rows would touch something.
fn clear(fronts: &[Front], link: &Link) -> f64 {
    let (top, bottom) = (link.from.min(link.to), link.from.max(link.to));
    let between = fronts[top + 1..bottom].iter().map(|front| front.all());
    let ends = fronts[top].bar.max(fronts[top].label).max(fronts[bottom].name).max(fronts[bottom].bar);
    between.fold(ends, f64::max)
}

/// Keeps what comes later off the line.
fn take(fronts: &mut [Front], link: &Link, x: f64) {
    let (top, bottom) = (link.from.min(link.to), link.from.max(link.to));
    for front in &mut fronts[top + 1..bottom] {
        *front = Front { name: front.name.max(x), bar: front.bar.max(x), label: front.label.max(x) };
    }
    fronts[top].label = fronts[top].label.max(x);
    fronts[bottom].bar = fronts[bottom].bar.max(x);
}

/// How far all must move to the right so that each name has room on the left of its row's beginning.
fn room_for_names(rows: &Rows, links: &[Link], x: &[f64]) -> f64 {
    let begins = |row: usize| {
        let birth =
            |link: &&Link| link.to == row && matches!(link.join, Join::Birth | Join::Thread | Join::Task);
        links.iter().find(birth).map_or(LEFT, |link| x[link.event])
    };
    let needed = rows
        .0
        .iter()
        .enumerate()
        .map(|(at, row)| text::width(&row.name) * NAME + BESIDE + LEFT / 2.0 - begins(at));
    needed.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;
    use crate::figure::timeline::links::links;

    #[test]
    fn order_is_kept_and_a_long_gap_is_longer() {
        for (name, timeline) in cases::all() {
            for run in &timeline.runs {
                let rows = Rows::of(run);
                for detail in [
                    Detail::Story,
                    Detail::Whole,
                    Detail::Words,
                    Detail::Brief,
                    Detail::Numbers,
                    Detail::Close,
                    Detail::Dots,
                ] {
                    let scale = Scale::of(run, &rows, &links(run, &rows), detail);
                    let rising = scale.x.windows(2).all(|pair| pair[0] < pair[1]);
                    assert!(rising && scale.begin < scale.x[0], "{name}, {detail:?}: {scale:?}");
                    assert!(scale.x.last().is_none_or(|last| *last < scale.over), "{name}, {detail:?}");
                }
            }
        }
        let stretch = |gap| Detail::Words.stretch(gap);
        assert!(stretch(1_000_000) > stretch(1_000) && stretch(1_000_000) < 40.0);
    }

    #[test]
    fn less_detail_takes_less_room() {
        let run = &cases::burst().runs[0];
        let rows = Rows::of(run);
        let over = |detail| Scale::of(run, &rows, &links(run, &rows), detail).over;
        assert!(over(Detail::Words) > over(Detail::Numbers));
        assert!(over(Detail::Numbers) > over(Detail::Close));
        assert!(over(Detail::Close) > over(Detail::Dots));
    }
}
