//! A run as far as it is known, drawn for the page by what draws the figures of the book.

use std::collections::BTreeSet;

use serde::Serialize;
use supervisor::timeline::{Run, What};

use crate::timeline::figure::lines_of_output;
use crate::timeline::layout::Layout;
use crate::timeline::svg::svg;

/// What a page shows of a run that goes on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Scene {
    /// The drawing.
    svg: String,
    /// The output, as items of a list.
    lines: String,
    /// The processes that have not ended.
    living: Vec<Living>,
    /// How many events there were. They may be more than are drawn.
    events: usize,
}

/// A process that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Living {
    process: usize,
    name: String,
}

impl Scene {
    /// Draws a run of which there were so many events.
    pub(crate) fn of(run: &Run, events: usize) -> Scene {
        let (svg, lines) = match run.events.is_empty() {
            true => (String::new(), String::new()),
            false => (svg(&Layout::of(run), "Drawing of the run so far."), lines_of_output(run)),
        };
        Scene { svg, lines, living: living(run), events }
    }
}

fn living(run: &Run) -> Vec<Living> {
    let ends = run.events.iter().filter(|event| matches!(event.what, What::End(_)));
    let ended: BTreeSet<usize> = ends.map(|event| event.process).collect();
    let names = run.processes.iter().enumerate().filter(|(process, _)| !ended.contains(process));
    names.map(|(process, seen)| Living { process, name: seen.name.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::cases;

    #[test]
    fn every_beginning_of_a_run_can_be_drawn() {
        for (name, timeline) in cases::all() {
            for run in timeline.runs {
                for count in 0..=run.events.len() {
                    let events = run.events[..count].to_vec();
                    let over = events.last().map_or(0, |event| event.at);
                    let begun = Run { over, events, ..run.clone() };
                    let scene = Scene::of(&begun, count);
                    assert_eq!(scene.svg.matches("data-x=").count(), count, "{name}, {count}");
                }
            }
        }
    }

    #[test]
    fn who_has_ended_is_not_among_the_living() {
        let run = &cases::greeting().runs[0];
        assert!(living(run).is_empty(), "{:?}", living(run));
        let begun = Run { events: run.events[..1].to_vec(), ..run.clone() };
        assert_eq!(living(&begun).len(), run.processes.len());
    }
}
