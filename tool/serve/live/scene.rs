//! A run as far as it is known, drawn for the page by what draws the figures of the book.

use serde::Serialize;

use crate::figure::timeline::figure::lines_of_output;
use crate::figure::timeline::svg::svg;
use crate::serve::live::seen::Seen;

/// What a page shows of a run that goes on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Scene {
    /// The drawing.
    svg: String,
    /// The output, as items of a list.
    lines: String,
    /// The output that comes after the last event that is drawn.
    late: String,
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
    /// Draws what there is to see.
    pub(crate) fn of(seen: Seen) -> Scene {
        let Seen { run, look, living, events, late } = seen;
        let (svg, lines) = match run.events.is_empty() {
            true => (String::new(), String::new()),
            false => (svg(&look.layout(&run), "Drawing of the run so far."), lines_of_output(&run)),
        };
        let name = |process: usize| run.processes[process].name.clone();
        let living = living.into_iter().map(|process| Living { process, name: name(process) }).collect();
        Scene { svg, lines, late, living, events }
    }
}

#[cfg(test)]
mod tests {
    use records::timeline::Run;

    use super::*;
    use crate::figure::timeline::cases;
    use crate::figure::timeline::figure::Look;

    #[test]
    fn every_beginning_of_a_run_can_be_drawn() {
        for (name, timeline) in cases::all() {
            for run in timeline.runs {
                // Of a long run not all beginnings: each takes milliseconds.
                for count in (0..=run.events.len()).step_by(1 + run.events.len() / 40) {
                    let events = run.events[..count].to_vec();
                    let over = events.last().map_or(0, |event| event.at);
                    let begun = Run { over, events, ..run.clone() };
                    let seen = Seen {
                        run: begun,
                        look: Look::Whole,
                        living: vec![0],
                        events: count,
                        late: String::new(),
                    };
                    let scene = Scene::of(seen);
                    assert_eq!(scene.svg.matches("<g class=\"mark ").count(), count, "{name}, {count}");
                }
            }
        }
    }
}
