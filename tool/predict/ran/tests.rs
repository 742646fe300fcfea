//! Every claim about the recorded runs, both ways.

use std::path::Path;

use records::timeline::{Order, Seen};

use super::*;
use crate::figure::timeline::cases::{deadline, greeting, orphan, race, read, signal, tree};
use crate::predict::fact::{Claim, Fact};

/// A recorded run of one of the acts that the crate `records` records.
fn act(name: &str) -> Timeline {
    read(&Path::new("tool/records/tests/timelines").join(name).with_extension("json"))
}

fn find(timeline: &Timeline, fact: &str) -> Result<Finding, String> {
    match Fact::parse(fact).expect("a fact").claim {
        Claim::Ran(claim) => judge(&claim, timeline),
        Claim::Printed(_) | Claim::Refused(_) => panic!("`{fact}` is not for a timeline"),
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
    fails(&greeting(), &[("processes 1", "there are 2 processes"), ("processes 3", "there are 2 processes")]);
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
    fails(&deadline(), &[("process \"main\" ended SIGKILL", "`main` ended: still running at the deadline")]);
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
                &format!("no process of the run was seen starting `{name}`"),
            ),
        ],
    );
}

#[test]
fn who_waits_collects_and_the_reaper_is_none_of_the_program() {
    holds(&tree(), &["collected \"Process-1:2\" by \"Process-1\"", "collected \"Process-1\" by \"main\""]);
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
    untold(&kinds, &[("started \"main\" by fork", "no process of the run was seen starting `main`")]);
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
            "in run 1, no process of the run was seen writing `all three ended`; the nearest line is `all three have ended`",
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
