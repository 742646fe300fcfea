//! A process that has crashed is followed by another one, three in all; one that exits is not, and no draft is left.

use std::fs;

use supervisor::End;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
    words::list,
};

const KILLED: End = End::Signal(9);
const PANICKED: End = End::Exit(101);

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = attempts(trial, &["well"], &[End::Exit(0)])?;
    written(trial, &run)?;
    trial.passed("writes the report");

    let run = attempts(trial, &["killed", "panics", "well"], &[KILLED, PANICKED, End::Exit(0)])?;
    written(trial, &run)?;
    trial.passed("starts another process when one was killed, and when one has panicked");

    let run = attempts(trial, &["exits", "well"], &[End::Exit(3)])?;
    handed_out(&run, "exit code 3")?;
    trial.passed("starts no other one when one has exited");
    no_draft(trial, &run)?;
    trial.passed("leaves no draft then");

    let run = attempts(trial, &["killed", "exits", "well"], &[KILLED, End::Exit(3)])?;
    handed_out(&run, "exit code 3")?;
    trial.passed("nor when the second one has");

    let run = attempts(trial, &["panics", "killed", "killed", "well"], &[PANICKED, KILLED, KILLED])?;
    handed_out(&run, "SIGKILL")?;
    trial.passed("gives up after three, and says how the last one ended");
    no_draft(trial, &run)?;
    trial.passed("leaves no draft then, either");

    let run = attempts(trial, &["nothing", "well"], &[End::Exit(0)])?;
    run.must_end(End::Exit(0), "Look at standard error.")?;
    run.must_print(
        &["there is nothing to report"],
        "What does `join` give for a target that returns an `Err`?",
    )?;
    trial.passed("starts no other one when one has returned an `Err`");
    Ok(())
}

/// A run whose children have to end in these ways, one after the other.
fn attempts(trial: &mut Trial<'_>, ways: &[&str], expected: &[End]) -> Result<Seen, Trouble> {
    let _ = fs::remove_file(trial.folder().join("report"));
    let run = trial.run(&with(ways.iter().copied()))?;
    let ends: Vec<End> = run.children().into_iter().filter_map(|child| run.ended(child)).collect();
    let said = |ends: &[End]| ends.iter().map(End::to_string).collect::<Vec<_>>().join(", then ");
    run.must(
        ends == expected,
        format!(
            "In the order of their starts, its children have to end by {}; they ended by {}.",
            said(expected),
            said(&ends)
        ),
        "Look at the ends of the children in the timeline, and at standard error: what does each one say?",
    )?;
    run.must(
        run.most_at_once() == 1,
        "A process has to have ended before the next one is started; there were two at one time.",
        "Look in the timeline for a start that comes before the end of the child before.",
    )?;
    let uncollected = run.uncollected();
    run.must(
        uncollected.is_empty(),
        format!("Each process has to be collected; {} of them were not.", uncollected.len()),
        "Look in the timeline for an “ends” without a “collects”.",
    )?;
    Ok(run)
}

/// The run has written the report, and says so.
fn written(trial: &Trial<'_>, run: &Seen) -> Result<(), Trouble> {
    run.must_end(End::Exit(0), "Look at standard error.")?;
    run.must_print(&["the report is written"], "Look at its output.")?;
    let is_there = trial.folder().join("report").exists();
    run.must(
        is_there,
        "There has to be a file `report`; it does not exist.",
        "Look at `report`: when does the file get its name?",
    )?;
    no_draft(trial, run)
}

/// The program ends by the error that `join` gave last, which has this in it.
fn handed_out(run: &Seen, end: &str) -> Result<(), Trouble> {
    let look = "Which error does `retry` return, and what does `main` do with it?";
    run.must_end(End::Exit(1), look)?;
    run.must(
        run.stderr().contains(end),
        format!("Its error has to say how the last process ended, by {end}; it does not."),
        look,
    )
}

fn no_draft(trial: &Trial<'_>, run: &Seen) -> Result<(), Trouble> {
    let names =
        |entry: std::io::Result<fs::DirEntry>| Some(entry.ok()?.file_name().to_string_lossy().into_owned());
    let mut left: Vec<String> = fs::read_dir(trial.folder())?.filter_map(names).collect();
    left.retain(|name| name != "report");
    run.must(
        left.is_empty(),
        format!("After the program, `report` may be the only file; there is {}.", list(&left)),
        "Which process made that file, how did it end, and which process could still remove it?",
    )?;
    let report = fs::read_to_string(trial.folder().join("report"));
    let is_whole = report.as_ref().map_or(true, |report| report == "first half\nsecond half\n");
    run.must(
        is_whole,
        format!("A file `report` has to hold both halves; it holds {:?}.", report.unwrap_or_default()),
        "Look at `report`: who writes the file, and when does it get its name?",
    )
}
