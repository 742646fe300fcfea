//! A plot with coordinates, as wide as a phone. On a wider page it is drawn larger, and its texts are not.

use crate::figure::plot::data::{Line, Plot};
use crate::figure::plot::scale::Scale;
use crate::figure::plot::words;
use crate::figure::text;

/// The width: what a phone of 360 pixels leaves.
pub const WIDTH: f64 = 320.0;
/// The height.
pub const HEIGHT: f64 = 250.0;
/// The font size on a phone.
pub const FONT: f64 = 11.0;
/// From one label's line to the next.
const LINE: f64 = 13.0;
/// Between a text and what it stands beside.
const GAP: f64 = 6.0;
/// How far the marks of neighboring lines are moved apart on an axis of few values.
const DODGE: f64 = 5.0;

/// All of it.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Left, top, right and bottom of the field that the lines lie in.
    pub field: [f64; 4],
    /// The upward axis's title, above it, and the other one's, below it.
    pub titles: [Label; 2],
    /// The ticks of the upward axis: where, and what it says.
    pub rows: Vec<Label>,
    /// The ticks of the other one.
    pub columns: Vec<Label>,
    /// Measured lines.
    pub lines: Vec<Drawn>,
    /// Lines of theory: their corners.
    pub guides: Vec<Vec<(f64, f64)>>,
    /// What stands beside the lines' ends, first those of the measured ones.
    pub labels: Vec<Label>,
}

/// A text and the place of its anchor: its middle, its beginning or its end, on its base line.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// What it says.
    pub text: String,
    /// Left to right.
    pub x: f64,
    /// Downward.
    pub y: f64,
    /// Where on the text the anchor is.
    pub anchor: Anchor,
    /// What it belongs to, where a line leads there: the end of a drawn line.
    pub of: Option<(f64, f64)>,
}

/// Where on a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its beginning.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// A measured line.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Its points: to the right; then downward the upper quartile, the median, the lower quartile.
    pub points: Vec<(f64, [f64; 3])>,
    /// From where on it lies below the one that it is compared with.
    pub below_from: Option<(f64, f64)>,
}

impl Label {
    /// Its beginning and its end.
    pub fn extent(&self) -> (f64, f64) {
        let width = text::width(&self.text) * FONT;
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        (self.x - before, self.x - before + width)
    }
}

impl Layout {
    /// Gives everything its place.
    pub fn of(plot: &Plot<'_>) -> Layout {
        let spec = plot.spec;
        let points = || plot.lines.iter().flat_map(|line| &line.points);
        let guided = || spec.guides.iter().flat_map(|guide| guide.points.iter().copied());
        let x = Scale::rightward(points().map(|point| point.x).chain(guided().map(|at| at.0)), spec.x.log);
        let heights = points().flat_map(|point| point.y).chain(guided().map(|at| at.1));
        let y = Scale::upward(heights, spec.y.log);

        let shown: Vec<(f64, String)> =
            y.ticks().into_iter().map(|tick| (tick, plot.unit.show(tick))).collect();
        let widest = |texts: &mut dyn Iterator<Item = &String>| {
            texts.map(|one| text::width(one) * FONT).fold(0.0, f64::max)
        };
        let beside = widest(
            &mut plot.lines.iter().map(|line| &line.label).chain(spec.guides.iter().map(|one| &one.label)),
        );
        // Room for half a mark at both ends, and for marks that are moved apart.
        let spread = if x.is_log() { 0.0 } else { DODGE * (plot.lines.len() as f64 - 1.0) / 2.0 };
        let inset = 6.0 + spread;
        let left = widest(&mut shown.iter().map(|(_, text)| text)) + GAP;
        let field = [left, 2.0 * LINE, WIDTH - beside - 2.0 * GAP - 8.0, HEIGHT - 2.6 * LINE];
        let right_of = |value: f64| field[0] + inset + x.place(value) * (field[2] - field[0] - 2.0 * inset);
        let down_to = |value: f64| field[3] - y.place(value) * (field[3] - field[1]);

        let draw = |(at, line): (usize, &Line)| {
            let aside = if x.is_log() { 0.0 } else { at as f64 * DODGE - spread };
            let point = |point: &crate::figure::plot::point::Point| {
                let [low, middle, high] = point.y.map(down_to);
                (right_of(point.x) + aside, [high, middle, low])
            };
            Drawn {
                points: line.points.iter().map(point).collect(),
                below_from: line.below_from.map(|(x, y)| (right_of(x) + aside, down_to(y))),
            }
        };
        let lines: Vec<Drawn> = plot.lines.iter().enumerate().map(draw).collect();
        let guides: Vec<Vec<(f64, f64)>> = spec
            .guides
            .iter()
            .map(|guide| guide.points.iter().map(|&(x, y)| (right_of(x), down_to(y))).collect())
            .collect();
        let ends = lines.iter().filter_map(|line| line.points.last()).map(|(x, y)| (*x, y[1]));
        let ends: Vec<(f64, f64)> =
            ends.chain(guides.iter().filter_map(|guide| guide.last().copied())).collect();
        let texts =
            plot.lines.iter().map(|line| &line.label).chain(spec.guides.iter().map(|guide| &guide.label));
        let labels = beside_ends(texts.cloned().zip(ends).collect(), field);
        Layout {
            titles: [
                label(&spec.y.title, 0.0, LINE - 2.0, Anchor::Start),
                label(&spec.x.title, f64::midpoint(field[0], field[2]), HEIGHT - 5.0, Anchor::Middle),
            ],
            rows: shown
                .iter()
                .map(|(tick, text)| label(text, field[0] - GAP, down_to(*tick), Anchor::End))
                .collect(),
            columns: columns(plot, &x, right_of, field),
            field,
            lines,
            guides,
            labels,
        }
    }
}

fn label(text: &str, x: f64, y: f64, anchor: Anchor) -> Label {
    Label { text: text.to_owned(), x, y, anchor, of: None }
}

/// The values below the axis: all that were measured if they are few, else its decades; as many as have room.
fn columns(plot: &Plot<'_>, x: &Scale, right_of: impl Fn(f64) -> f64, field: [f64; 4]) -> Vec<Label> {
    let wanted: Vec<f64> = match x.is_log() {
        true if x.ticks().len() > 1 => x.ticks(),
        _ => plot.spec.x.at.iter().map(|&x| x as f64).collect(),
    };
    let mut columns: Vec<Label> = vec![];
    for value in wanted {
        let new = label(&words::decade(value), right_of(value), field[3] + LINE, Anchor::Middle);
        if columns.last().is_none_or(|last| last.extent().1 + GAP <= new.extent().0) {
            columns.push(new);
        }
    }
    columns
}

/// Labels at the right, in the order of the lines' ends from top to bottom, moved apart as little as that takes.
fn beside_ends(ends: Vec<(String, (f64, f64))>, field: [f64; 4]) -> Vec<Label> {
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by(|&a, &b| ends[a].1.1.total_cmp(&ends[b].1.1));
    let mut heights = vec![0.0; ends.len()];
    let mut top = f64::NEG_INFINITY;
    for &at in &order {
        heights[at] = ends[at].1.1.max(top + LINE);
        top = heights[at];
    }
    // What was pushed out below is pushed back up.
    let mut bottom = field[3] + LINE;
    for &at in order.iter().rev() {
        heights[at] = heights[at].min(bottom - LINE);
        bottom = heights[at];
    }
    let place = |(at, (text, end)): (usize, (String, (f64, f64)))| Label {
        text,
        x: field[2] + GAP + 8.0,
        y: heights[at],
        anchor: Anchor::Start,
        of: Some(end),
    };
    ends.into_iter().enumerate().map(place).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::figure::plot::data::{Case, Results, tests as data};
    use crate::figure::plot::spec::{self, Spec};

    /// A plot of that many lines that all end at nearly the same height.
    pub(crate) fn crowd(lines: usize, log: bool) -> (Spec, Results) {
        let sizes = [10_000_u64, 30_000, 100_000, 1_000_000, 100_000_000];
        let series: Vec<String> = (0..lines)
            .map(|at| format!("{{\"label\": \"forkserver {at}\", \"cases\": \"{{}} by {at}\"}}"))
            .collect();
        let text = format!(
            "{{\"results\": \"r\", \"title\": \"t\", \"says\": \"s\", \"x\": {{\"title\": \"number of terms\", \"at\": {sizes:?}, \"log\": {log}}}, \
             \"y\": {{\"title\": \"time for all of them\", \"log\": {log}}}, \"series\": [{}], \
             \"guides\": [{{\"label\": \"ideal\", \"points\": [[10000, 12], [100000000, 1200]]}}]}}",
            series.join(", ")
        );
        let mut results = data::results();
        results.cases = (0..lines)
            .flat_map(|line| {
                sizes.map(|size| Case {
                    name: format!("{size} by {line}"),
                    samples: vec![
                        10.0 + size as f64 / 1000.0 + line as f64,
                        12.0 + size as f64 / 1000.0,
                        15.0,
                    ],
                })
            })
            .collect();
        (spec::read(&text).expect("a plot"), results)
    }

    fn layouts(check: impl Fn(&Plot<'_>, &Layout)) {
        for (lines, log) in [(1, false), (1, true), (3, false), (6, true), (6, false)] {
            let (spec, mut results) = crowd(lines, log);
            // All lines end at the top, and then all at the bottom.
            for _ in 0..2 {
                let plot = Plot::of(&spec, &results).expect("all is there");
                check(&plot, &Layout::of(&plot));
                results.cases.chunks_mut(5).for_each(fall);
            }
        }
        let (spec, results) = (spec::read(data::SPEC).expect("a plot"), data::results());
        let plot = Plot::of(&spec, &results).expect("all is there");
        check(&plot, &Layout::of(&plot));
    }

    /// The samples of one line in the opposite order.
    fn fall(cases: &mut [Case]) {
        let mut samples: Vec<Vec<f64>> = cases.iter().map(|case| case.samples.clone()).collect();
        samples.reverse();
        cases.iter_mut().zip(samples).for_each(|(case, samples)| case.samples = samples);
    }

    fn texts(layout: &Layout) -> Vec<&Label> {
        layout.titles.iter().chain(&layout.rows).chain(&layout.columns).chain(&layout.labels).collect()
    }

    /// Left, top, right, bottom. A row's text is centered on its tick, all others stand on their line.
    fn frame(layout: &Layout, label: &Label) -> [f64; 4] {
        let (left, right) = label.extent();
        let centered = layout.rows.contains(label) || layout.labels.contains(label);
        let base = if centered { label.y + FONT * 0.36 } else { label.y };
        [left, base - FONT * 0.75, right, base + FONT * 0.22]
    }

    #[test]
    fn every_datum_has_one_place_inside_the_field() {
        layouts(|plot, layout| {
            let [left, top, right, bottom] = layout.field;
            assert!(right - left > 120.0, "{:?}", layout.field);
            assert_eq!(layout.lines.len(), plot.lines.len());
            for (line, drawn) in plot.lines.iter().zip(&layout.lines) {
                assert_eq!(line.points.len(), drawn.points.len());
                assert!(drawn.points.windows(2).all(|pair| pair[0].0 < pair[1].0), "{drawn:?}");
                for (x, heights) in &drawn.points {
                    assert!((left..=right).contains(x), "{x} in {:?}", layout.field);
                    assert!(heights.iter().all(|y| (top - 0.01..=bottom + 0.01).contains(y)), "{heights:?}");
                    assert!(heights[0] <= heights[1] && heights[1] <= heights[2], "{heights:?}");
                }
            }
        });
    }

    #[test]
    fn all_texts_lie_inside() {
        layouts(|_, layout| {
            for label in texts(layout) {
                let [left, top, right, bottom] = frame(layout, label);
                assert!(left >= -0.01 && top >= -0.01 && right <= WIDTH && bottom <= HEIGHT, "{label:?}");
            }
        });
    }

    #[test]
    fn no_two_texts_overlap() {
        layouts(|_, layout| {
            let all = texts(layout);
            for (at, one) in all.iter().enumerate() {
                for other in &all[at + 1..] {
                    let (a, b) = (frame(layout, one), frame(layout, other));
                    let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                    assert!(apart, "{one:?} and {other:?}");
                }
            }
        });
    }

    #[test]
    fn a_larger_value_lies_higher() {
        let (spec, results) = crowd(1, true);
        let plot = Plot::of(&spec, &results).expect("all is there");
        let points = &Layout::of(&plot).lines[0].points;
        assert!(points[0].1[1] > points[4].1[1]);
    }
}
