//! Never more is between two stages than the queue may hold, each page is filed once and in order, and it ends.

use std::time::Duration;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const BOUND: usize = 2;
const PAGES: u32 = 10;
/// How often it is run.
const TIMES: u32 = 10;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let how = alone().within(Duration::from_secs(4));
    let run = trial.run(&how)?;
    // A page that was thrown away is printed as scanned all the same, so this is asked first.
    files_all(&run)?;
    is_bounded(&run)?;
    trial.repeat(TIMES, &how, is_bounded)?;
    trial.passed("has never more between two stages than the queue may hold");

    trial.repeat(TIMES, &how, files_all)?;
    trial.passed("files each page once, and in order");

    ends(&run)?;
    trial.repeat(TIMES, &how, ends)?;
    trial.passed("ends, in each of 11 runs");

    let scanner = run.writers("page 1 is scanned");
    run.must(
        !run.sleepers().iter().any(|(process, _)| scanner.contains(process)),
        "The scanner has to wait until there is room; it sleeps for a while instead.",
        "Look in the timeline for this sleep. How late may the scanner notice that there is room?",
    )?;
    trial.passed("waits without asking again and again");
    Ok(())
}

/// A value counts after it is in the queue, and a receiver counts before it takes one. So this is never more than there were.
fn is_bounded(run: &Seen) -> Result<(), Trouble> {
    for (sent, free, what) in [
        ("is scanned", "the reader is free", "pages between the scanner and the reader"),
        ("is read", "the clerk is free", "texts between the reader and the clerk"),
    ] {
        let (mut there, mut asked) = (0_usize, 0_usize);
        for line in run.lines() {
            if line.ends_with(sent) {
                there += 1;
            } else if line == free {
                asked += 1;
            }
            run.must(
                there.saturating_sub(asked) <= BOUND,
                format!("There may be {BOUND} {what}; there were more at once."),
                format!(
                    "Count the lines “{sent}”, and take off the lines “{free}” before them. Which call should wait, and how many values does its \
                     queue hold?"
                ),
            )?;
        }
    }
    Ok(())
}

fn files_all(run: &Seen) -> Result<(), Trouble> {
    let filed: Vec<String> = run.lines().into_iter().filter(|line| line.ends_with(" is filed")).collect();
    let expected: Vec<String> = (1..=PAGES).map(|n| format!("page {n} is filed")).collect();
    for line in &expected {
        let times = filed.iter().filter(|filed| *filed == line).count();
        run.must(
            times == 1,
            format!("The line “{line}” has to be there once; it is there {times} times."),
            "Follow this page from stage to stage. What does each call return when the queue is full, and what becomes of that?",
        )?;
    }
    run.must(
        filed == expected,
        "The pages have to be filed in the order in which they were scanned.",
        "Who sends into each queue, and who receives from it?",
    )
}

fn ends(run: &Seen) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the processes that have not ended, at the end of the timeline. Which queue does each of them wait for, and who still has a \
             sender of it?"
        }
        _ => WELL,
    };
    run.must_end(End::Exit(0), look)?;
    run.must(
        run.lines().last().is_some_and(|line| line == "the archive is closed"),
        "The last line has to be “the archive is closed”.",
        "Look at the end of `main`.",
    )
}
