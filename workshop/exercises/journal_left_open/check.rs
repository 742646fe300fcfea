//! However `main` ends, the daemon finishes the version that it has begun, and closes its journal.

use std::time::Duration;

use supervisor::End;

use crate::{
    failure::Trouble,
    trial::{Trial, with},
};

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
    run.must_end(end, "Who waits for whom at the end of the timeline? The section “Which ends skip it” says what an exit does.")?;
    let lines = run.lines();
    run.must(
        lines.last().is_some_and(|line| line == CLOSED),
        format!("The last line has to be “{CLOSED}”; it is another one, or there is none."),
        "Look at how the daemon ends in the timeline, and at what it was doing when the signal was sent to it.",
    )?;
    let count = (lines.len() - 1) / 2;
    let pair = |version| [format!("version {version} is begun"), format!("version {version} is saved")];
    let expected: Vec<String> = (1..=count).flat_map(pair).chain([CLOSED.to_owned()]).collect();
    run.must_print(&expected, "Look at its output: which version is begun and not saved?")?;
    run.must(
        count >= versions,
        format!("It has to save at least {versions} versions; it saved {count}."),
        "Look at its output. What may end the loop?",
    )?;
    let by_itself = run.children().into_iter().all(|child| run.ended(child) == Some(End::Exit(0)));
    run.must(
        by_itself,
        "The daemon has to end by itself, with exit code 0; it did not.",
        "Look at how the daemon ends in the timeline, and at what it did between its last line and its end.",
    )
}
