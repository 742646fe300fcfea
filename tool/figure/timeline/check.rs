//! What must hold of a record before it is drawn: a figure of a record that contradicts itself would look like a fact.

use std::collections::BTreeSet;

use records::timeline::{Event, Run, Timeline, What};

/// Checks a record that belongs to this listing.
///
/// # Errors
///
/// A sentence for the author with the first thing that is wrong.
pub fn check(timeline: &Timeline, id: &str) -> Result<(), String> {
    if timeline.listing != id {
        return Err(format!("it is the record of `{}`", timeline.listing));
    }
    if timeline.runs.is_empty() {
        return Err("it has no run".to_owned());
    }
    for (number, run) in timeline.runs.iter().enumerate() {
        check_run(run).map_err(|problem| format!("in run {}, {problem}", number + 1))?;
    }
    let shown = timeline.seen.iter().flat_map(|seen| &seen.orders).filter_map(|order| order.run);
    match shown.max() {
        Some(run) if run >= timeline.runs.len() => {
            Err(format!("an order is shown by run {}, which is missing", run + 1))
        }
        _ => Ok(()),
    }
}

fn check_run(run: &Run) -> Result<(), String> {
    if run.processes.is_empty() {
        return Err("there is no process".to_owned());
    }
    for (at, process) in run.processes.iter().enumerate() {
        if process.parent.is_some_and(|parent| parent >= at) {
            return Err(format!("`{}` comes before its parent", process.name));
        }
    }
    let mut started = BTreeSet::new();
    let mut threads = BTreeSet::new();
    let mut ended = BTreeSet::new();
    let mut last = 0;
    for (at, event) in run.events.iter().enumerate() {
        let problem = |problem: &str| Err(format!("event {} {problem}", at + 1));
        if event.at < last || event.at > run.over {
            return problem("is out of time");
        }
        last = event.at;
        let Some(process) = run.processes.get(event.process) else {
            return problem("happens in a process that is missing");
        };
        if event.thread >= process.threads {
            return problem("happens on a thread that is missing");
        }
        if others(event).iter().any(|&other| other >= run.processes.len()) {
            return problem("names a process that is missing");
        }
        match event.what {
            What::Start { child, .. } if run.processes[child].parent != Some(event.process) => {
                return problem("starts a process whose parent is another");
            }
            What::Start { child, .. } if !started.insert(child) => {
                return problem("starts a process a second time");
            }
            What::Thread(thread) | What::Task(thread) if thread == 0 || thread >= process.threads => {
                return problem("starts a thread that is missing");
            }
            What::Join(thread) | What::Runs { on: thread } if thread >= process.threads => {
                return problem("is about a thread that is missing");
            }
            What::Woken { by } if by.thread >= run.processes[by.process].threads => {
                return problem("names a thread that is missing");
            }
            What::Got { ref from, .. }
                if from.iter().any(|by| by.thread >= run.processes[by.process].threads) =>
            {
                return problem("names a thread that is missing");
            }
            What::Thread(thread) | What::Task(thread) if !threads.insert((event.process, thread)) => {
                return problem("starts a thread a second time");
            }
            What::End(_) if !ended.insert(event.process) => {
                return problem("ends a process a second time");
            }
            _ => {}
        }
    }
    Ok(())
}

/// The processes that an event names beside its own.
fn others(event: &Event) -> Vec<usize> {
    match &event.what {
        What::Start { child, .. } => vec![*child],
        What::Send { to, .. } => to.iter().copied().collect(),
        What::Wait { of, .. } => of.clone(),
        What::Waited { collected } => collected.iter().copied().collect(),
        What::Woken { by } => vec![by.process],
        What::Got { from, .. } => from.iter().map(|by| by.process).collect(),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use records::timeline::Actor;

    use super::*;
    use crate::figure::timeline::cases::greeting;

    #[test]
    fn a_good_record_passes() {
        assert_eq!(check(&greeting(), "cases/greeting"), Ok(()));
    }

    #[test]
    fn a_record_that_contradicts_itself_is_refused() {
        type Fault = fn(&mut Timeline);
        let faults: [(&str, Fault); 15] = [
            ("record of `a/b`", |timeline| timeline.listing = "a/b".into()),
            ("no run", |timeline| timeline.runs.clear()),
            ("in run 1, there is no process", |timeline| timeline.runs[0].processes.clear()),
            ("before its parent", |timeline| timeline.runs[0].processes[1].parent = Some(1)),
            ("event 2 is out of time", |timeline| timeline.runs[0].events[0].at = 1_000),
            ("out of time", |timeline| timeline.runs[0].over = 0),
            ("event 1 happens in a process", |timeline| timeline.runs[0].events[0].process = 9),
            ("on a thread", |timeline| timeline.runs[0].events[0].thread = 1),
            ("names a process", |timeline| {
                timeline.runs[0].events[0].what = What::Waited { collected: Some(2) }
            }),
            ("whose parent is another", |timeline| timeline.runs[0].processes[1].parent = None),
            ("starts a thread that", |timeline| timeline.runs[0].events[0].what = What::Thread(1)),
            ("is about a thread", |timeline| timeline.runs[0].events[0].what = What::Join(1)),
            ("names a thread", |timeline| {
                let from = vec![Actor { process: 0, thread: 1 }];
                timeline.runs[0].events[0].what = What::Got { bytes: 1, out_of: "pipe 1".into(), from };
            }),
            ("names a thread", |timeline| {
                timeline.runs[0].events[0].what = What::Woken { by: Actor { process: 1, thread: 1 } }
            }),
            ("ends a process a second", |timeline| {
                let end = timeline.runs[0].events.iter().find(|event| matches!(event.what, What::End(_)));
                let end = end.expect("an end").clone();
                timeline.runs[0].over = u64::MAX;
                timeline.runs[0].events.push(Event { at: u64::MAX, ..end });
            }),
        ];
        for (problem, fault) in faults {
            let mut timeline = greeting();
            fault(&mut timeline);
            let found = check(&timeline, "cases/greeting").expect_err(problem);
            assert!(found.contains(problem), "{found}");
        }
    }
}
