//! The main events of a run, for a figure that is read at a glance: who starts whom, who waits for whom, what is written,
//! which signal goes where, and how each process ends. The steps between them are left out.

use records::program::is_brief;
use records::timeline::{Event, Run, Timeline, What};

/// The timeline as its program's text asks to see it.
pub fn as_asked(mut timeline: Timeline, program: &str) -> Timeline {
    if is_brief(program) {
        timeline.runs.iter_mut().for_each(|run| *run = brief(run));
    }
    timeline
}

/// The run without its small steps.
pub fn brief(run: &Run) -> Run {
    let mut kept: Vec<Event> = vec![];
    let mut looking = vec![];
    for event in &run.events {
        let actor = (event.process, event.thread);
        let last = kept.iter().rposition(|other| (other.process, other.thread) == actor);
        // Where it came back from a wait and has collected no process, and has done nothing since.
        let came_back = last.filter(|&last| kept[last].what == What::Waited { collected: None });
        let is_shown = match event.what {
            What::Exec(_) | What::Sleep(_) | What::Awake | What::Receive(_) => false,
            What::Send { to, .. } => to != Some(event.process),
            What::Reaped => event.process != 0,
            What::Wait { look: true, .. } => {
                looking.push(actor);
                false
            }
            What::Wait { .. } => came_back.is_none(),
            What::Waited { collected } => {
                let look = looking.iter().position(|looking| *looking == actor);
                let looked = look.map(|at| looking.swap_remove(at)).is_some();
                collected.is_some() || !looked
            }
            _ => true,
        };
        // To wait until a child has ended, and then to collect it, are several calls and one wait.
        if matches!(event.what, What::Wait { look: false, .. } | What::Waited { collected: Some(_) })
            && let Some(last) = came_back
        {
            kept.remove(last);
        }
        if is_shown {
            kept.push(event.clone());
        }
    }
    let over = kept.last().map_or(0, |event| event.at);
    Run { over, processes: run.processes.clone(), events: kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;
    use crate::figure::timeline::layout::Layout;
    use crate::figure::timeline::words;

    #[test]
    fn what_is_left_is_the_story() {
        let run = brief(&cases::greeting().runs[0]);
        let labels: Vec<String> = run.events.iter().map(|event| words::label(event, 20)).collect();
        assert_eq!(labels, ["starts", "waits", "“Hello Process World”", "exit 0", "collects", "exit 0"]);
    }

    #[test]
    fn every_brief_run_can_be_drawn() {
        for (name, timeline) in cases::all() {
            for run in &timeline.runs {
                let short = brief(run);
                let ends =
                    |run: &Run| run.events.iter().filter(|event| matches!(event.what, What::End(_))).count();
                assert_eq!(ends(&short), ends(run), "{name}");
                assert_eq!(Layout::of(&short).marks.len(), short.events.len(), "{name}");
            }
        }
    }
}
