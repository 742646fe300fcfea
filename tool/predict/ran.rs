//! Whether a claim about the recorded runs holds, by the timeline.
//!
//! A timeline keeps several runs where their orders differ. A claim has to hold in each of them, and its contrary too: what
//! holds in some runs only merely happened, and answers no question.

use std::collections::BTreeSet;

use supervisor::end::End;
use supervisor::record::written;
use supervisor::timeline::{Birth, Event, Run, Timeline, What};

use crate::nearest::nearest;
use crate::predict::Finding;
use crate::predict::fact::Ran;

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
            let start = start.ok_or_else(|| format!("nobody in the run is seen starting `{name}`"))?;
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
        return Err(format!("nobody in the run is seen writing `{line}`{near}"));
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
mod tests {
    use std::path::Path;

    use supervisor::timeline::{Order, Seen};

    use super::*;
    use crate::predict::fact::{Claim, Fact};
    use crate::timeline::cases::{deadline, greeting, orphan, race, read, signal, tree};

    /// A recorded run of one of the supervisor's own tests.
    fn act(name: &str) -> Timeline {
        read(&Path::new("tool/supervisor/tests/timelines").join(name).with_extension("json"))
    }

    fn find(timeline: &Timeline, fact: &str) -> Result<Finding, String> {
        match Fact::parse(fact).expect("a fact").claim {
            Claim::Ran(claim) => judge(&claim, timeline),
            Claim::Printed(_) => panic!("`{fact}` is for a record of output"),
        }
    }

    #[track_caller]
    fn holds(timeline: &Timeline, facts: &[&str]) {
        for fact in facts {
            let found = find(timeline, fact).unwrap_or_else(|e| panic!("{fact}: {e}"));
            assert!(found.holds, "{fact} should hold; {}", found.said);
        }
    }

    #[track_caller]
    fn fails(timeline: &Timeline, cases: &[(&str, &str)]) {
        for (fact, said) in cases {
            let found = find(timeline, fact).unwrap_or_else(|e| panic!("{fact}: {e}"));
            assert!(!found.holds, "{fact} should not hold");
            assert_eq!(found.said, *said, "{fact}");
        }
    }

    #[track_caller]
    fn untold(timeline: &Timeline, cases: &[(&str, &str)]) {
        for (fact, problem) in cases {
            assert_eq!(find(timeline, fact), Err((*problem).to_owned()), "{fact}");
        }
    }

    #[test]
    fn processes_are_counted_with_the_main_one() {
        holds(&greeting(), &["processes 2"]);
        fails(
            &greeting(),
            &[("processes 1", "there are 2 processes"), ("processes 3", "there are 2 processes")],
        );
    }

    #[test]
    fn a_process_ends_as_its_last_event_says() {
        holds(&signal(), &["process \"Process-1\" ended SIGTERM", "process \"main\" ended exit code 1"]);
        holds(&deadline(), &["process \"main\" ended running", "process \"Process-1\" ended running"]);
        let said = "`Process-1` ended: signal SIGTERM";
        fails(
            &signal(),
            &[
                ("process \"Process-1\" ended SIGKILL", said),
                ("process \"Process-1\" ended exit code 15", said),
                ("process \"Process-1\" ended running", said),
            ],
        );
        fails(
            &deadline(),
            &[("process \"main\" ended SIGKILL", "`main` ended: still running at the deadline")],
        );
    }

    #[test]
    fn a_parent_is_who_started_the_process() {
        holds(&tree(), &["parent \"Process-1:1\" \"Process-1\"", "parent \"Process-2\" \"main\""]);
        fails(
            &tree(),
            &[
                ("parent \"Process-1:1\" \"main\"", "the parent of `Process-1:1` is `Process-1`"),
                ("parent \"Process-1\" \"Process-1:1\"", "the parent of `Process-1` is `main`"),
                ("parent \"main\" \"Process-1\"", "`main` is the main process"),
            ],
        );
        let mut unseen = orphan();
        unseen.runs[0].processes[2].parent = None;
        unseen.runs[0].events.retain(|event| !matches!(event.what, What::Start { child: 2, .. }));
        let name = "child 1 of child 1 of main";
        untold(
            &unseen,
            &[
                (
                    &format!("parent \"{name}\" \"main\""),
                    &format!("the parent of `{name}` was gone before it was seen"),
                ),
                (
                    &format!("started \"{name}\" by fork"),
                    &format!("nobody in the run is seen starting `{name}`"),
                ),
            ],
        );
    }

    #[test]
    fn who_waits_collects_and_the_reaper_is_none_of_the_program() {
        holds(
            &tree(),
            &["collected \"Process-1:2\" by \"Process-1\"", "collected \"Process-1\" by \"main\""],
        );
        fails(
            &tree(),
            &[
                ("collected \"Process-1:2\" by \"main\"", "`Process-1:2` is collected by `Process-1`"),
                ("never collected \"Process-1:2\"", "`Process-1:2` is collected by `Process-1`"),
            ],
        );
        // It was waited for without being collected, and then left to the reaper.
        let zombie = act("zombies_left");
        holds(&zombie, &["never collected \"child 1 of main\"", "never collected \"main\""]);
        fails(
            &zombie,
            &[(
                "collected \"child 1 of main\" by \"main\"",
                "no process of the program collects `child 1 of main`",
            )],
        );
        holds(&deadline(), &["never collected \"Process-1\""]);
    }

    #[test]
    fn an_orphan_is_left_by_its_parent() {
        holds(&orphan(), &["orphan \"child 1 of child 1 of main\""]);
        holds(&act("zombies_left"), &["orphan \"child 1 of main\""]);
        fails(
            &orphan(),
            &[
                ("orphan \"child 1 of main\"", "`child 1 of main` never becomes an orphan"),
                ("orphan \"main\"", "`main` never becomes an orphan"),
            ],
        );
    }

    #[test]
    fn executing_begins_after_the_birth() {
        holds(&greeting(), &["executed \"Process-1\""]);
        // Every run begins with the program of the main process.
        fails(&greeting(), &[("executed \"main\"", "`main` executes nothing")]);
        fails(&orphan(), &[("executed \"child 1 of main\"", "`child 1 of main` executes nothing")]);
        let mut again = greeting();
        again.runs[0].events.insert(1, Event { at: 1, process: 0, thread: 0, what: What::Exec("sh".into()) });
        holds(&again, &["executed \"main\""]);
    }

    #[test]
    fn a_start_has_its_system_call() {
        let kinds = act("kinds");
        holds(
            &kinds,
            &[
                "started \"child 1 of main\" by fork",
                "started \"true\" by vfork",
                "started \"child 3 of main\" by clone",
            ],
        );
        fails(
            &kinds,
            &[
                ("started \"true\" by fork", "`true` is started by vfork"),
                ("started \"child 3 of main\" by vfork", "`child 3 of main` is started by clone"),
                ("started \"child 1 of main\" by clone", "`child 1 of main` is started by fork"),
            ],
        );
        untold(&kinds, &[("started \"main\" by fork", "nobody in the run is seen starting `main`")]);
    }

    #[test]
    fn a_line_has_its_writer() {
        holds(&race(), &["printed \"all three have ended\" by \"main\""]);
        fails(
            &race(),
            &[(
                "printed \"all three have ended\" by \"Process-1\"",
                "`all three have ended` is printed by `main`",
            )],
        );
        untold(
            &race(),
            &[(
                "printed \"all three ended\" by \"main\"",
                "in run 1, nobody in the run is seen writing `all three ended`; the nearest line is `all three have ended`",
            )],
        );
        let mut twice = greeting();
        let write = twice.runs[0].events[4].clone();
        twice.runs[0].events.insert(5, Event { process: 0, ..write });
        let said = "`Hello Process World` is printed by `main` and `Process-1`";
        let line = "printed \"Hello Process World\" by";
        fails(&twice, &[(&format!("{line} \"main\""), said), (&format!("{line} \"Process-1\""), said)]);
    }

    #[test]
    fn orders_are_those_that_were_seen() {
        holds(&greeting(), &["orders 1"]);
        fails(&greeting(), &[("orders 2", "one order was seen")]);
        let mut race = race();
        let said = "5 orders and some more were seen in 1000 runs";
        fails(&race, &[("orders 4", said), ("orders 5", said)]);
        untold(&race, &[("orders 6", &format!("{said}, and the record does not say how many"))]);
        race.seen.as_mut().expect("orders").others = 0;
        holds(&race, &["orders 5"]);
        fails(&race, &[("orders 6", "5 orders were seen in 1000 runs")]);
        let order = Order { count: 9, lines: vec![], run: Some(0) };
        race.seen = Some(Seen { times: 9, orders: vec![order], others: 0, ends: vec![(End::Exit(0), 9)] });
        holds(&race, &["orders 1"]);
    }

    #[test]
    fn what_holds_in_some_runs_only_merely_happened() {
        let mut race = race();
        assert!(race.runs.len() > 1, "several runs are recorded");
        holds(&race, &["collected \"Process-2\" by \"main\"", "processes 4"]);
        let is_end = |event: &&mut Event| event.process == 2 && matches!(event.what, What::End(_));
        race.runs[1].events.iter_mut().find(is_end).expect("an end").what = What::End(End::Signal(9));
        let problem = "it merely happened: in run 1 `Process-2` ended: exit code 0, in run 2 `Process-2` ended: signal SIGKILL";
        untold(&race, &[("process \"Process-2\" ended exit code 0", problem)]);
        // Its contrary holds in run 2 only, and is no more of a fact.
        let other = "it merely happened: in run 2 `Process-2` ended: signal SIGKILL, in run 1 `Process-2` ended: exit code 0";
        untold(&race, &[("process \"Process-2\" ended SIGKILL", other)]);
        fails(&race, &[("process \"Process-2\" ended exit code 7", "`Process-2` ended: exit code 0")]);
    }

    #[test]
    fn a_name_stands_for_one_process() {
        untold(
            &tree(),
            &[
                ("orphan \"Process-3\"", "there is no process `Process-3`; the nearest is `Process-2`"),
                ("parent \"Process-1:1\" \"mian\"", "there is no process `mian`; the nearest is `main`"),
            ],
        );
        let mut alike = tree();
        alike.runs[0].processes[3].name = "Process-1:1".to_owned();
        untold(&alike, &[("orphan \"Process-1:1\"", "2 processes are called `Process-1:1`")]);
    }
}
