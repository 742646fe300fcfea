//! The first factor wins, not the first end, and nobody runs on behind the winner.

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
    words::list,
};

/// Both factors are near the root, and prime.
const NEAR_THE_ROOT: u64 = 999_999_937 * 999_999_929;
/// One factor is small, and not as small as `small_ones` looks for. Both are prime.
const NEAR_THE_BOTTOM: u64 = 1009 * 999_999_999_999_989;
/// A prime number.
const PRIME: u64 = 1_000_003;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = race(trial, NEAR_THE_ROOT)?;
    must_find(&run, NEAR_THE_ROOT)?;
    trial.passed("declares the first that finds a factor the winner");

    must_leave_nobody(&run)?;
    trial.passed("ends and collects the losers before it prints the answer");

    let run = race(trial, NEAR_THE_BOTTOM)?;
    must_find(&run, NEAR_THE_BOTTOM)?;
    must_leave_nobody(&run)?;
    trial.passed("lets another strategy win for another number");

    let run = race(trial, PRIME)?;
    run.must_print(
        &[format!("{PRIME}: no factor found").as_str(), "children left: 0"],
        "The number is prime, so all four are out. What does the program print then?",
    )?;
    must_leave_nobody(&run)?;
    trial.passed("has an answer when all are out");

    let ended: Vec<&str> = [run.sent("SIGTERM"), run.sent("SIGKILL")]
        .concat()
        .iter()
        .map(|&(_, child)| run.name(child))
        .collect();
    run.must(
        ended.is_empty(),
        format!(
            "No strategy wins, so each of the four may search to its end; a signal was sent to {}.",
            list(&ended)
        ),
        "Look in the timeline for that signal: which process had found a factor when it was sent?",
    )?;
    trial.passed("lets all search until one of them has won");
    Ok(())
}

fn race(trial: &mut Trial<'_>, n: u64) -> Result<Seen, Trouble> {
    let run = trial.run(&with([n.to_string()]))?;
    run.must_succeed()?;
    Ok(run)
}

fn must_find(run: &Seen, n: u64) -> Result<(), Trouble> {
    let lines = run.lines();
    let found = lines.first().map_or("", String::as_str);
    let factors = found.strip_prefix(&format!("{n} = ")).and_then(|factors| factors.split_once(" × "));
    let factors = factors.and_then(|(a, b)| Some((a.parse::<u64>().ok()?, b.parse::<u64>().ok()?)));
    run.must(
        factors.is_some_and(|(a, b)| a > 1 && b > 1 && a.checked_mul(b) == Some(n)),
        format!("The first line has to be “{n} = …” with two factors of it; it is “{found}”."),
        "Find in the timeline which process ends first, and what “main” does then. Which process could still have found a factor?",
    )
}

fn must_leave_nobody(run: &Seen) -> Result<(), Trouble> {
    run.must(
        run.children().len() == 4,
        format!("It has to start all four strategies; it started {}.", run.children().len()),
        "Look for “starts” in the timeline.",
    )?;
    let left = run.left_at(&run.args[0]).unwrap_or_default();
    let left: Vec<&str> = left.into_iter().map(|child| run.name(child)).collect();
    run.must(
        left.is_empty(),
        format!(
            "When the answer is printed, all children have to be ended and collected; still there: {}.",
            list(&left)
        ),
        "Look at the lanes of the losers in the timeline: what ends them, which process collects them, and when?",
    )?;
    let let_go: Vec<&str> = run.killed_and_let_go().into_iter().map(|child| run.name(child)).collect();
    run.must(
        let_go.is_empty(),
        format!("It has to wait for each child that it kills; it killed {} and went on.", list(&let_go)),
        "Look in the timeline for what “main” does after the SIGKILL. Killed is not gone.",
    )?;
    run.must(
        run.lines().get(1).is_some_and(|line| line == "children left: 0"),
        "The second line has to be “children left: 0”.",
        "Look at the program's output.",
    )
}
