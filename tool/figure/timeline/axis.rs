//! The times along the bottom, and where long gaps were shortened.

use records::timeline::{Run, What};

use crate::figure::text;
use crate::figure::timeline::scale::Scale;
use crate::figure::timeline::words;

/// The font size of a time.
pub const TIME: f64 = 11.0;
/// Between two times.
const APART: f64 = 9.0;

/// A time at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Of which event; `None` is the beginning.
    pub event: Option<usize>,
    /// Where.
    pub x: f64,
    /// The time, centered there.
    pub text: String,
    /// Half the width of the time.
    pub half: f64,
}

impl Tick {
    fn new(event: Option<usize>, x: f64, text: String) -> Tick {
        let half = text::width(&text) * TIME / 2.0;
        Tick { event, x, text, half }
    }
}

/// The axis of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// From left to right.
    pub ticks: Vec<Tick>,
    /// Where a long gap lies.
    pub breaks: Vec<f64>,
}

impl Axis {
    /// The axis of a run: first the times at which processes start and end, then those where a long gap begins and ends, then as
    /// many others as there is room for.
    pub fn of(run: &Run, scale: &Scale) -> Axis {
        let mut times = vec![(0, scale.begin)];
        times.extend(run.events.iter().map(|event| event.at).zip(scale.x.iter().copied()));
        let gaps = long_gaps(&times.iter().map(|(time, _)| *time).collect::<Vec<_>>());
        let mut ticks: Vec<Tick> = vec![];
        let tells = |at: usize| matches!(run.events[at - 1].what, What::Start { .. } | What::End(_));
        let told: Vec<usize> = (1..times.len()).filter(|&at| tells(at)).collect();
        let ends = [0, times.len() - 1];
        let wanted = told.iter().copied().chain(ends).chain(gaps.iter().flat_map(|&gap| [gap, gap - 1]));
        for at in wanted.chain(0..times.len()) {
            let (time, x) = times[at];
            let tick = Tick::new(at.checked_sub(1), x, words::time(time));
            let fits = |other: &Tick| (other.x - tick.x).abs() >= other.half + tick.half + APART;
            // Three digits may not tell two moments apart, which says something only of a start and an end.
            let new = |other: &Tick| other.text != tick.text || told.contains(&at);
            if ticks.iter().all(|other| fits(other) && new(other)) {
                ticks.push(tick);
            }
        }
        ticks.sort_by(|a, b| a.x.total_cmp(&b.x));
        let breaks = gaps.into_iter().map(|gap| f64::midpoint(times[gap - 1].1, times[gap].1)).collect();
        Axis { ticks, breaks }
    }
}

/// The places after which a gap ends that is ten times the usual one, and a part of the run that matters.
pub fn long_gaps(times: &[u64]) -> Vec<usize> {
    let mut gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let of = gaps.clone();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
    let whole: u64 = of.iter().sum();
    (1..times.len()).filter(|&at| of[at - 1] >= 10 * usual.max(1) && of[at - 1] * 10 >= whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;
    use crate::figure::timeline::links::links;
    use crate::figure::timeline::rows::Rows;
    use crate::figure::timeline::scale::Detail;

    fn axis(run: &Run) -> Axis {
        let rows = Rows::of(run);
        Axis::of(run, &Scale::of(run, &rows, &links(run, &rows), Detail::Words))
    }

    #[test]
    fn times_keep_their_distance() {
        for (name, timeline) in cases::all() {
            for run in &timeline.runs {
                let ticks = axis(run).ticks;
                assert!(ticks.len() >= 2, "{name}: {ticks:?}");
                for pair in ticks.windows(2) {
                    assert!(pair[0].x + pair[0].half < pair[1].x - pair[1].half, "{name}: {pair:?}");
                }
            }
        }
    }

    #[test]
    fn starts_and_ends_have_their_times() {
        let mut run = cases::greeting().runs[0].clone();
        let ended =
            run.events.iter().position(|event| matches!(event.what, What::End(_))).expect("the child ends");
        // Everything after the end of the child happens within a microsecond, so that no digits tell it apart.
        let at = run.events[ended].at;
        run.events[ended..].iter_mut().for_each(|event| event.at = at);
        let ticks = axis(&run).ticks;
        for (event, what) in run.events.iter().enumerate() {
            if matches!(what.what, What::Start { .. } | What::End(_)) {
                assert!(ticks.iter().any(|tick| tick.event == Some(event)), "{event}: {ticks:?}");
            }
        }
    }

    #[test]
    fn a_long_gap_is_marked_and_its_end_has_its_time() {
        let axis = axis(&cases::deadline().runs[0]);
        assert_eq!(axis.breaks.len(), 1, "{axis:?}");
        assert!(
            axis.ticks.iter().any(|tick| tick.x > axis.breaks[0] && tick.text.ends_with(" s")),
            "{axis:?}"
        );
    }
}
