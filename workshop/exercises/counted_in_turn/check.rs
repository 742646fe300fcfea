//! All children are started before one is collected, and a file that cannot be read is one line among the others.

use std::fs;

use records::timeline::What;
use supervisor::End;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
};

const GOOD: [&str; 5] = ["long", "empty", "two", "two", "three"];
const MIXED: [&str; 6] = ["two", "missing", "three", "folder", "bytes", "empty"];
/// More than anybody would start at a time by a number of his own.
const MANY: [&str; 12] = [
    "long",
    "two",
    "three",
    "empty",
    "folder/inner",
    "two",
    "three",
    "empty",
    "two",
    "three",
    "empty",
    "two",
];

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let files = trial.folder();
    // The first child has by far the most to do, so it ends last.
    fs::write(files.join("long"), "many a word\n".repeat(100_000))?;
    fs::write(files.join("empty"), "")?;
    fs::write(files.join("two"), "two\nwords\n")?;
    fs::write(files.join("three"), "and  three words")?;
    fs::write(files.join("bytes"), b"\xff is no letter")?;
    fs::create_dir(files.join("folder"))?;
    fs::write(files.join("folder/inner"), "one")?;

    let run = trial.run(&with(GOOD))?;
    run.must_succeed()?;
    run.must_print(
        &["long: 300000", "empty: 0", "two: 2", "two: 2", "three: 3"],
        "Look at its output: which line is missing, or differs? If it is their order, which line of the program decides it?",
    )?;
    trial.passed("counts the words, in the order of the arguments");

    at_once(&run)?;
    trial.passed("starts all children before it waits for one");

    let run = trial.run(&with(MIXED))?;
    let lines = [
        "two: 2",
        "missing: cannot be read: No such file or directory (os error 2)",
        "three: 3",
        "folder: cannot be read: Is a directory (os error 21)",
        "bytes: cannot be read: stream did not contain valid UTF-8",
        "empty: 0",
    ];
    run.must_print(
        &lines,
        "Look at how each child ends in the timeline, and at what `join` gives for such an end: the table in the section \
         “How a process ends”.",
    )?;
    trial.passed("reports each file that cannot be read, and counts the others");

    let crashed = run.children().into_iter().find(|&child| run.ended(child) != Some(End::Exit(0)));
    run.must(
        crashed.is_none(),
        format!(
            "A file that cannot be read is not a crash: every child has to end with exit code 0, and {} did not.",
            run.name(crashed.unwrap_or_default())
        ),
        "Look at standard error, and at how each child ends in the timeline. Which ends bring a value back?",
    )?;
    at_once(&run)?;
    trial.passed("has no child that crashes");

    run.must_end(End::Exit(1), "What does `main` return when a file could not be read?")?;
    trial.passed("ends with exit code 1 then");

    let run = trial.run(&with(MANY))?;
    run.must_succeed()?;
    let words = |file: &str| match file {
        "long" => 300_000,
        "three" => 3,
        "two" => 2,
        "folder/inner" => 1,
        _ => 0,
    };
    run.must_print(&MANY.map(|file| format!("{file}: {}", words(file))), "Look at its output.")?;
    at_once(&run)?;
    trial.passed("does so with twelve files");
    Ok(())
}

/// A child for each argument, and each started before one is collected.
fn at_once(run: &Seen) -> Result<(), Trouble> {
    let started =
        run.events().iter().take_while(|event| !matches!(event.what, What::Waited { collected: Some(_) }));
    let started = started.filter(|event| matches!(event.what, What::Start { .. })).count();
    let files = run.args.len();
    run.must(
        run.children().len() == files,
        format!("It has to start one child for each file, {files}; it started {}.", run.children().len()),
        "Look at the lanes of the timeline: which children are there?",
    )?;
    run.must(
        started == files,
        format!("It has to start {files} children before it collects the first one; it started {started}."),
        "Look for the first line with “collects” in the timeline: which children have not been started then? Which call \
         of the program waits there?",
    )
}
