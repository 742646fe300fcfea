//! Whether a claim about the recorded runs holds, by the timeline.
//!
//! A timeline keeps several runs where their orders differ. A claim has to hold in each of them, and its contrary too: what
//! holds in some runs only merely happened, and answers no question.

use std::collections::BTreeSet;

use records::record::written;
use records::timeline::{Birth, Event, Run, Timeline, What};
use supervisor::end::End;

use crate::predict::Finding;
use crate::predict::fact::Ran;
use crate::text::nearest::nearest;

/// What the timeline says.
///
/// # Errors
///
/// A sentence for the author, when the timeline can neither confirm nor deny it.
pub fn judge(claim: &Ran, timeline: &Timeline) -> Result<Finding, String> {
    if let Ran::Orders(count) = claim {
        return orders(*count, timeline);
    }
    let mut findings = vec![];
    for (run, number) in timeline.runs.iter().zip(1..) {
        findings.push(in_run(claim, run).map_err(|problem| match timeline.runs.len() {
            1 => problem,
            _ => format!("in run {number}, {problem}"),
        })?);
    }
    let yes = findings.iter().position(|finding| finding.holds);
    let no = findings.iter().position(|finding| !finding.holds);
    match (yes, no) {
        (Some(yes), Some(no)) => Err(format!(
            "it merely happened: in run {} {}, in run {} {}",
            yes + 1,
            findings[yes].said,
            no + 1,
            findings[no].said
        )),
        _ => findings.into_iter().next().ok_or_else(|| "no run is recorded".to_owned()),
    }
}

fn orders(count: usize, timeline: &Timeline) -> Result<Finding, String> {
    let (listed, others) = match &timeline.seen {
        None => (1, 0),
        Some(seen) => (seen.orders.len(), seen.others),
    };
    let said = match timeline.seen.as_ref().map(|seen| seen.times) {
        None => "one order was seen".to_owned(),
        Some(times) if others == 0 => format!("{listed} orders were seen in {times} runs"),
        Some(times) => format!("{listed} orders and some more were seen in {times} runs"),
    };
    if others > 0 && count > listed {
        return Err(format!("{said}, and the record does not say how many"));
    }
    Ok(Finding { holds: others == 0 && count == listed, said })
}

fn in_run(claim: &Ran, run: &Run) -> Result<Finding, String> {
    let found = |holds, said| Ok(Finding { holds, said });
    match claim {
        Ran::Orders(_) => unreachable!("orders are those of all runs"),
        Ran::Processes(count) => {
            let all = run.processes.len();
            let said =
                if all == 1 { "there is 1 process".to_owned() } else { format!("there are {all} processes") };
            found(all == *count, said)
        }
        Ran::Ended(name, end) => {
            let ended = end_of(run, process(run, name)?);
            found(ended == *end, format!("`{name}` ended: {ended}"))
        }
        Ran::Parent(child, parent) => {
            let (child_at, parent_at) = (process(run, child)?, process(run, parent)?);
            let known = run.processes[child_at].parent;
            let said = match known {
                Some(known) => format!("the parent of `{child}` is `{}`", run.processes[known].name),
                None if child_at == 0 => format!("`{child}` is the main process"),
                None => return Err(format!("the parent of `{child}` was gone before it was seen")),
            };
            found(known == Some(parent_at), said)
        }
        Ran::Collected(child, by) => {
            let (child_at, by) = (process(run, child)?, process(run, by)?);
            found(collector(run, child_at) == Some(by), collected(run, child, child_at))
        }
        Ran::NeverCollected(child) => {
            let at = process(run, child)?;
            found(collector(run, at).is_none(), collected(run, child, at))
        }
        Ran::Orphan(name) => {
            let orphaned = happens(run, process(run, name)?, |what| *what == What::Orphaned);
            let verb = if orphaned { "becomes an orphan" } else { "never becomes an orphan" };
            found(orphaned, format!("`{name}` {verb}"))
        }
        Ran::Executed(name) => {
            let at = process(run, name)?;
            // The main process's first event is the program itself.
            let born = run.events.iter().skip(usize::from(at == 0));
            let program =
                born.clone().filter(|event| event.process == at).find_map(|event| match &event.what {
                    What::Exec(program) => Some(program),
                    _ => None,
                });
            let said = match program {
                Some(program) => format!("`{name}` executes `{program}`"),
                None => format!("`{name}` executes nothing"),
            };
            found(program.is_some(), said)
        }
        Ran::Started(name, by) => {
            let at = process(run, name)?;
            let start = run.events.iter().find_map(|event| match event.what {
                What::Start { child, by } if child == at => Some(by),
                _ => None,
            });
            let start = start.ok_or_else(|| format!("no process of the run was seen starting `{name}`"))?;
            found(start == *by, format!("`{name}` is started by {}", call(start)))
        }
        Ran::Printed(line, name) => {
            let at = process(run, name)?;
            let writers = writers(run, line)?;
            let names: Vec<String> =
                writers.iter().map(|&at| format!("`{}`", run.processes[at].name)).collect();
            found(writers == BTreeSet::from([at]), format!("`{line}` is printed by {}", names.join(" and ")))
        }
    }
}

/// The processes that wrote this line. Nothing is known of a line that several writes make.
fn writers(run: &Run, line: &str) -> Result<BTreeSet<usize>, String> {
    let texts = run.events.iter().filter_map(|event| match &event.what {
        What::Write { text, .. } => Some((event.process, written(text.as_bytes()))),
        _ => None,
    });
    let texts: Vec<(usize, Vec<String>)> = texts.collect();
    let has = |lines: &[String]| lines.iter().any(|other| other == line);
    let writers: BTreeSet<usize> =
        texts.iter().filter(|(_, lines)| has(lines)).map(|(process, _)| *process).collect();
    if writers.is_empty() {
        let near = nearest(line, texts.iter().flat_map(|(_, lines)| lines).map(String::as_str));
        let near = near.map(|near| format!("; the nearest line is `{near}`")).unwrap_or_default();
        return Err(format!("no process of the run was seen writing `{line}`{near}"));
    }
    Ok(writers)
}

/// The one process of this name.
fn process(run: &Run, name: &str) -> Result<usize, String> {
    let named: Vec<usize> = (0..run.processes.len()).filter(|&at| run.processes[at].name == name).collect();
    match named[..] {
        [at] => Ok(at),
        [] => {
            let names = run.processes.iter().map(|process| process.name.as_str());
            let near = nearest(name, names).unwrap_or("main");
            Err(format!("there is no process `{name}`; the nearest is `{near}`"))
        }
        _ => Err(format!("{} processes are called `{name}`", named.len())),
    }
}

fn end_of(run: &Run, process: usize) -> End {
    let end = run.events.iter().filter(|event| event.process == process).find_map(|event| match event.what {
        What::End(end) => Some(end),
        _ => None,
    });
    end.unwrap_or(End::Deadline)
}

fn collector(run: &Run, child: usize) -> Option<usize> {
    let collects = |event: &&Event| event.what == What::Waited { collected: Some(child) };
    run.events.iter().find(collects).map(|event| event.process)
}

fn collected(run: &Run, name: &str, at: usize) -> String {
    match collector(run, at) {
        Some(by) => format!("`{name}` is collected by `{}`", run.processes[by].name),
        None => format!("no process of the program collects `{name}`"),
    }
}

fn happens(run: &Run, process: usize, is: impl Fn(&What) -> bool) -> bool {
    run.events.iter().any(|event| event.process == process && is(&event.what))
}

fn call(by: Birth) -> &'static str {
    match by {
        Birth::Fork => "fork",
        Birth::Vfork => "vfork",
        Birth::Clone => "clone",
    }
}

#[cfg(test)]
mod tests;
