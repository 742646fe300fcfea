//! All children have one grace together: those that obey return in it, the others are killed after it.

use supervisor::End;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, alone},
    words::list,
};

/// The program's grace, in microseconds.
const GRACE: u64 = 250_000;
/// It may have begun a moment before the signal.
const LEAST: u64 = GRACE / 4 * 3;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let mut run = trial.run(&alone())?;
    for _ in 1..3 {
        // This machine may have been so busy that one grace took two, that some got less of it, or that it was too short for a
        // journal.
        let is_odd = span(&run) >= 2 * GRACE || shortest(&run) < LEAST || !killed(&run).is_empty();
        if run.run.ended() == End::Exit(0) && is_odd {
            run = trial.run(&alone())?;
        }
    }
    judge(trial, &run)
}

fn judge(trial: &mut Trial<'_>, run: &Seen) -> Result<(), Trouble> {
    run.must_succeed()?;
    trial.passed("ends");

    let asked = run.sent("SIGTERM");
    let asked = run.children().iter().filter(|child| asked.iter().any(|(_, to)| to == *child)).count();
    run.must(
        run.children().len() == 9 && asked == 9,
        format!(
            "It has to start nine children and send SIGTERM to each; it started {} and asked {asked}.",
            run.children().len()
        ),
        "Look for “SIGTERM” in the timeline: which child is not asked?",
    )?;
    trial.passed("asks each child to end");

    run.must(
        shortest(run) >= LEAST,
        format!(
            "250 ms have to pass between the SIGTERM and the SIGKILL of a child; one had {} ms.",
            shortest(run) / 1000
        ),
        "Look in the timeline for the first SIGKILL, and for the wait before it: how long may a child take?",
    )?;
    trial.passed("gives the children their grace");

    let killed = killed(run);
    run.must(
        killed.is_empty(),
        format!("The children that obey have to return; a signal ended {}.", list(&killed)),
        "Look at the lane of that child in the timeline: what had it done, and what had it left to do?",
    )?;
    trial.passed("lets those that obey return");

    run.must_print(
        &["300 entries saved, 6 children killed"],
        "Look at what the joins give, and at what becomes of it.",
    )?;
    trial.passed("has the results of those that obey");

    run.must(
        span(run) < 2 * GRACE,
        "The shutdown has to take one grace, 250 ms; from the first SIGTERM to the last SIGKILL two or more passed.",
        "Look in the timeline for the SIGKILLs and for what “main” waits for before each: how many \
         waits last a whole grace?",
    )?;
    trial.passed("takes one grace for all");

    let left = run.uncollected().len();
    run.must(
        left == 0,
        format!("It has to collect all nine children; it left {left} of them."),
        "Look in the timeline for a child that “ends” and that no process “collects”. What follows a kill?",
    )?;
    trial.passed("collects all of them");
    Ok(())
}

/// Those of the children that obey that did not return.
fn killed(run: &Seen) -> Vec<&str> {
    let obeys = |name: &str| ["Process-3", "Process-6", "Process-9"].contains(&name);
    let children = run.children().into_iter().filter(|&child| run.ended(child) != Some(End::Exit(0)));
    children.map(|child| run.name(child)).filter(|name| obeys(name)).collect()
}

fn first(run: &Seen, signal: &str) -> Option<u64> {
    run.sent(signal).first().map(|&(at, _)| at)
}

/// The shortest time from the first SIGTERM that a child got to its first SIGKILL.
fn shortest(run: &Seen) -> u64 {
    let asked = run.sent("SIGTERM");
    let grace = |&(at, child): &(u64, usize)| {
        let asked = asked.iter().find(|(_, to)| *to == child);
        asked.map_or(0, |(asked, _)| at.saturating_sub(*asked))
    };
    run.sent("SIGKILL").iter().map(grace).min().unwrap_or(u64::MAX)
}

/// From the first SIGTERM to the last SIGKILL.
fn span(run: &Seen) -> u64 {
    let last = run.sent("SIGKILL").last().map_or(0, |&(at, _)| at);
    last.saturating_sub(first(run, "SIGTERM").unwrap_or(0))
}
