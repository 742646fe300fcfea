//! The method comes from a variable, holds for children and grandchildren, and a misspelled one is an error.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

use records::timeline::{Birth, What};
use supervisor::End;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, alone, with},
};

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&with(["report"]))?;
    started_all_by(&run, &["report"], "spawn", |at| run.started_by(at) == Some(Birth::Vfork))?;
    trial.passed("starts all by spawn without the variable");

    let run = trial.run(&with(["letter"]).env("START_METHOD", "frok"))?;
    refused(
        &run,
        "frok",
        "Follow the value from the variable on: where does it become a method, and which one?",
    )?;
    let run = trial.run(&with(["letter", "note"]).env("START_METHOD", ""))?;
    refused(
        &run,
        "",
        "What is the value of an empty variable, and which method does the program choose for it?",
    )?;
    for (text, value) in [("essay", "Spawn"), ("essay", "forkservers"), ("essay", "spawn ")] {
        let run = trial.run(&with([text]).env("START_METHOD", value))?;
        refused(&run, value.trim(), "Which method does the program choose for this value, and why?")?;
    }
    let run = trial.run(&with(["poem"]).env("START_METHOD", OsStr::from_bytes(b"\xff")))?;
    refused(&run, "", "The variable is not UTF-8. What does the call that reads it give then?")?;
    let run = trial.run(&alone().env("START_METHOD", "frok"))?;
    refused(&run, "frok", "There is no text to index. When does the program look at the variable?")?;
    trial.passed("says that a method is misspelled");

    let run = trial.run(&with(["memo"]).env("START_METHOD", "fork"))?;
    refused(
        &run,
        "fork",
        "Look at standard error. What does that method ask of a program, and which part of this one breaks it?",
    )?;
    trial.passed("offers no method that it cannot start by");

    let run = trial.run(&with(["report", "letter"]).env("START_METHOD", "forkserver"))?;
    started_all_by(&run, &["report", "letter"], "forkserver", |at| run.is_from_forkserver(at))?;
    trial.passed("starts all by forkserver");

    let run = trial.run(&with(["note"]).env("START_METHOD", "spawn"))?;
    started_all_by(&run, &["note"], "spawn", |at| run.started_by(at) == Some(Birth::Vfork))?;
    trial.passed("starts all by spawn when that is asked for");
    Ok(())
}

fn started_all_by(
    run: &Seen,
    texts: &[&str],
    method: &str,
    is_so: impl Fn(usize) -> bool,
) -> Result<(), Trouble> {
    run.must_succeed()?;
    let lines: Vec<String> = (1..)
        .zip(texts)
        .flat_map(|(number, text)| {
            [("", "indexes"), (":1", "parses")].map(|(generation, does)| {
                format!("Process-{number}{generation} {does} {text}, started by {method}")
            })
        })
        .collect();
    run.must_print(&lines, "Which process started that one, and what does it know of the choice?")?;
    run.must(
        lines.iter().flat_map(|line| run.writers(line)).all(is_so),
        format!("Each process that prints has to be started by {method}."),
        "Find in the timeline which process started each of them, and how.",
    )?;
    let first = run.events().iter().find(|event| matches!(event.what, What::Thread(_) | What::Start { .. }));
    run.must(
        first.is_some_and(|event| matches!(event.what, What::Thread(_))),
        "The thread in “main” has to stay, and to be there before any child.",
        "Look in the timeline at the first things that “main” starts.",
    )
}

fn refused(run: &Seen, value: &str, look: &str) -> Result<(), Trouble> {
    let started = run.children().len();
    let is_refused = started == 0 && run.run.ended() != End::Exit(0);
    let code = "It starts nothing, and that is right. What ends it, and which line chooses its exit code?";
    run.must_end(End::Exit(2), if is_refused { code } else { look })?;
    run.must(
        started == 0,
        format!("It has to start nothing; it has started {started} processes."),
        "When does it look at the variable?",
    )?;
    run.must(
        run.run.stdout.is_empty(),
        "It has to write nothing to standard output; it has.",
        "Which call writes that, and to which of the two outputs?",
    )?;
    let stderr = run.stderr();
    let words: Vec<&str> =
        stderr.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // A value that is empty is no word that could be looked for.
    for word in [value, "spawn", "forkserver"].into_iter().filter(|word| !word.is_empty()) {
        run.must(
            words.contains(&word),
            format!("What it writes to standard error has to name “{word}”."),
            "Look at standard error. Does it say what was in the variable, and each method that is offered?",
        )?;
    }
    let offers_fork = value != "fork" && words.contains(&"fork");
    run.must(
        !offers_fork,
        "What it writes to standard error offers “fork”, by which it cannot start its children.",
        "Try it: what does the program say with that method in the variable?",
    )
}
