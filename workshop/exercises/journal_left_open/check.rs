//! However `main` ends, the daemon finishes the version that it has begun, and closes its journal.

use std::time::Duration;

use records::timeline::What;
use supervisor::End;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
};

/// How many versions it may begin after it was told. It may have looked just before, and a thread that looks takes a moment.
const AT_MOST: usize = 2;

const CLOSED: &str = "the journal is closed";

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    whole(trial, "returns", End::Exit(0), 3)?;
    trial.passed("finishes its journal when `main` returns");
    whole(trial, "exits", End::Exit(3), 3)?;
    trial.passed("finishes it when the program exits in the middle of its work");
    whole(trial, "panics", End::Exit(101), 3)?;
    trial.passed("finishes it when `main` panics");
    whole(trial, "nothing", End::Exit(0), 0)?;
    trial.passed("finishes it when there was nothing to do");
    Ok(())
}

/// A run that ends so, with so many versions at least, each of them whole, and a journal that is closed.
fn whole(trial: &mut Trial<'_>, way: &str, end: End, versions: usize) -> Result<(), Trouble> {
    let run = trial.run(&with([way]).within(Duration::from_secs(3)))?;
    run.must_end(end, "Which process waits for which at the end of the timeline? The section “Which ends skip it” says what an exit does.")?;
    let lines = run.lines();
    let killed = run.children().into_iter().any(|child| run.ended(child) == Some(End::Signal(9)));
    let found = if lines.is_empty() { "it is empty" } else { "it ends with a line about a version" };
    run.must(
        lines.last().is_some_and(|line| line == CLOSED),
        format!("Standard output has to end with “{CLOSED}”; {found}."),
        if killed {
            "The daemon was told, and went on. In the timeline, which process sent it SIGKILL, and how long after SIGTERM?"
        } else {
            "Look at how the daemon ends in the timeline, and at what it was doing when the signal was sent to it."
        },
    )?;
    let count = (lines.len() - 1) / 2;
    let half = (1..=count + 1).find(|version| {
        let is_there = |what| lines.contains(&format!("version {version} is {what}"));
        is_there("begun") && !is_there("saved")
    });
    run.must(
        half.is_none(),
        format!("Version {} is begun, and not saved before “{CLOSED}”.", half.unwrap_or(0)),
        "Find in the timeline what the daemon, or a thread of it, does between that version and its last line.",
    )?;
    let pair = |version| [format!("version {version} is begun"), format!("version {version} is saved")];
    let expected: Vec<String> = (1..=count).flat_map(pair).chain([CLOSED.to_owned()]).collect();
    run.must_print(
        &expected,
        "Look at its output: the versions come one after the other, each begun and saved.",
    )?;
    run.must(
        count >= versions,
        format!("It has to save at least {versions} versions; it saved {count}."),
        "Look at its output. What may end the loop?",
    )?;
    let more = begun_after_the_message(&run);
    run.must(
        more <= AT_MOST,
        format!("When it is told to end, it may finish what it has begun; it began {more} more versions."),
        "Look in the timeline for SIGTERM. What ends the loop of the daemon, and does that depend on the message?",
    )?;
    let by_itself = run.children().into_iter().all(|child| run.ended(child) == Some(End::Exit(0)));
    run.must(
        by_itself,
        "The daemon has to end by itself, with exit code 0; it did not.",
        "Look at how the daemon ends in the timeline, and at what it did between its last line and its end.",
    )
}

/// How many versions were begun after SIGTERM had been sent to the daemon.
fn begun_after_the_message(run: &Seen) -> usize {
    let told = |what: &What| matches!(what, What::Send { signal, .. } if signal == "SIGTERM");
    let after = run.events().iter().skip_while(|event| !told(&event.what));
    after
        .filter(|event| matches!(&event.what, What::Write { text, .. } if text.ends_with("is begun\n")))
        .count()
}
