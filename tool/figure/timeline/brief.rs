//! The story of a run in a few beats, for a figure that is read at a glance: who starts whom, how each child ends, when its parent
//! learns of it, and what the program writes. All between them is left out.

use records::timeline::{Event, Run, What};

/// The run without its small steps. What a process writes without a step between is one beat.
pub fn brief(run: &Run) -> Run {
    let mut kept: Vec<Event> = vec![];
    for event in &run.events {
        let is_beat = match &event.what {
            What::Start { .. } | What::Orphaned | What::Write { .. } => true,
            What::Send { to, .. } => *to != Some(event.process),
            What::End(end) => event.process != 0 || *end != supervisor::end::End::Exit(0),
            What::Waited { collected } => collected.is_some(),
            What::Reaped => event.process != 0,
            _ => false,
        };
        if !is_beat {
            continue;
        }
        if let What::Write { to, text } = &event.what
            && let Some(last) = kept.last_mut()
            && (last.process, last.thread) == (event.process, event.thread)
            && let What::Write { to: before, text: written } = &mut last.what
            && before == to
        {
            written.push_str(text);
            last.at = event.at;
            continue;
        }
        kept.push(event.clone());
    }
    let over = kept.last().map_or(0, |event| event.at);
    // A thread to which nothing happens here has no row.
    let mut processes = run.processes.clone();
    for (at, process) in processes.iter_mut().enumerate() {
        let seen = kept.iter().filter(|event| event.process == at).map(|event| event.thread + 1);
        process.threads = seen.max().unwrap_or(1);
    }
    Run { over, processes, events: kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;
    use crate::figure::timeline::layout::Layout;
    use crate::figure::timeline::lines::lines;
    use crate::figure::timeline::words;

    #[test]
    fn only_threads_of_the_story_have_a_row() {
        let mut whole = cases::greeting().runs.remove(0);
        whole.processes[0].threads = 3;
        let write = whole.events.iter().find(|event| matches!(event.what, What::Write { .. })).cloned();
        assert_eq!(brief(&whole).processes[0].threads, 1);
        whole.events.push(Event { process: 0, thread: 1, at: whole.over, ..write.expect("it writes") });
        assert_eq!(brief(&whole).processes[0].threads, 2);
    }

    #[test]
    fn what_is_left_is_the_story() {
        let run = brief(&cases::greeting().runs[0]);
        let labels: Vec<String> = run.events.iter().map(words::beat).collect();
        assert_eq!(labels, ["starts", "Hello Process World", "exit 0", "learns how it ended"]);
    }

    #[test]
    fn every_brief_run_can_be_drawn() {
        for (name, timeline) in cases::all() {
            for run in &timeline.runs {
                let short = brief(run);
                assert_eq!(brief(&short), short, "{name}");
                assert_eq!(Layout::brief(&short).marks.len(), short.events.len(), "{name}");
                let said = |run: &Run| lines(run).into_iter().map(|line| line.text).collect::<Vec<_>>();
                assert_eq!(said(run), said(&short), "{name}");
            }
        }
    }
}
