//! Every child is collected when its end is known, and not at last.

use records::timeline::{Event, What};
use supervisor::event::Stream;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, alone},
};

const LAST: [&str; 2] = ["all have ended, zombies: 0", "sum: 385"];

/// How many more runs have to tell of the ends in the order of the starts. The first task takes longest, so one that tells of
/// ends as they come may do so once, on a machine that stands still for a while.
const TRIES: u32 = 4;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    run.must_succeed()?;
    trial.passed("ends");

    let starts = run.events().iter().rposition(|event| matches!(event.what, What::Start { .. }));
    let first = run.events().iter().position(collects);
    run.must(
        run.children().len() == 10 && first.is_none_or(|first| starts < Some(first)),
        "It has to start ten children before it collects the first one.",
        "Look for the first line with “collects” in the timeline: which children have not been started then?",
    )?;
    trial.passed("starts ten children before it waits");

    let told = run.events().iter().position(
        |event| matches!(&event.what, What::Write { to: Stream::Stdout, text } if text.contains("all have ended")),
    );
    let before = run.events().iter().take(told.unwrap_or(0)).filter(|event| collects(event)).count();
    run.must(
        before == 10,
        format!("It has to collect ten children before it says that all have ended; it collected {before}."),
        "In the timeline, look between the line “ends” of a child and the line “collects” of the same child. Which call \
         of the program makes the second one?",
    )?;
    trial.passed("collects each child before it says that all have ended");

    let kept = kept(&run).map(|child| run.name(child));
    run.must(
        kept.is_none(),
        format!(
            "It has to collect a child before it waits for those that still run; it knew of the end of {}, and waited.",
            kept.unwrap_or_default()
        ),
        "Look in the timeline for the line that reports this end, and for the next one with “waits”.",
    )?;
    trial.passed("collects each child when it has learned of its end");

    let mut ends = ends();
    ends.sort_unstable();
    let mut lines = run.lines();
    lines[..10.min(run.lines().len())].sort_unstable();
    ends.extend(LAST.map(str::to_owned));
    run.must(
        lines == ends,
        format!("It has to report ten ends, and then “{}” and “{}”.", LAST[0], LAST[1]),
        "Look at its output: which line is missing, or differs?",
    )?;
    trial.passed("reports each end, and adds up the results");

    let mut run = run;
    for _ in 0..TRIES {
        // The machine may have stood still until all had ended.
        if told_last(&run) {
            run = trial.run(&alone())?;
        }
    }
    run.must(
        !told_last(&run),
        "It has to report each end when it happens; when it wrote its first line, all ten children had ended.",
        "Look in the timeline for the first line of output, and for the ends before it.",
    )?;
    must_tell_at_once(trial, &run)?;
    trial.passed("reports each end when it happens");
    Ok(())
}

fn collects(event: &Event) -> bool {
    matches!(event.what, What::Waited { collected: Some(_) })
}

/// A child that a thread told of, and had not collected when it began to wait for one that ran.
fn kept(run: &Seen) -> Option<usize> {
    let (mut ended, mut collected, mut told) = (vec![], vec![], vec![]);
    for Event { process, thread, what, .. } in run.events() {
        match what {
            What::End(_) => ended.push(*process),
            What::Waited { collected: Some(child) } => collected.push(*child),
            What::Write { text, .. } => {
                let name = text.trim_end().trim_end_matches(" has ended");
                told.extend(run.children().into_iter().find(|&c| run.name(c) == name).map(|c| (*thread, c)));
            }
            What::Wait { of, look: false, .. } if of.iter().any(|child| !ended.contains(child)) => {
                let kept = told.iter().find(|(by, child)| by == thread && !collected.contains(child));
                if let Some(&(_, child)) = kept {
                    return Some(child);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether it wrote its first line when all children had ended.
fn told_last(run: &Seen) -> bool {
    let events = || run.events().iter();
    let first = events().position(|event| matches!(event.what, What::Write { to: Stream::Stdout, .. }));
    let last = events().rposition(|event| event.process != 0 && matches!(event.what, What::End(_)));
    last < first
}

/// The lines that tell of ends, in the order of the starts.
fn ends() -> Vec<String> {
    (1..=10).map(|number| format!("Process-{number} has ended")).collect()
}

fn must_tell_at_once(trial: &mut Trial<'_>, run: &Seen) -> Result<(), Trouble> {
    let mut by_start = run.lines()[..10] == ends();
    if by_start {
        trial.repeat(TRIES, &alone(), |run| {
            by_start &= run.lines().get(..10).is_some_and(|lines| lines == ends());
            Ok(())
        })?;
    }
    run.must(
        !by_start,
        "It has to report each end when it happens; it reports them in the order of the starts, and the first child ends last.",
        "Look in the timeline for the end of “Process-10”, and for the line of output that reports it.",
    )
}
