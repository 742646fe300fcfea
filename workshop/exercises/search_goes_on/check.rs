//! The first photo with the cat is found, by two workers, and the photos far behind it are left alone.

use std::time::Duration;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const FIRST: usize = 20;
/// So many photos may be looked at. Two workers that are never kept waiting, and results in order, take half as many.
const MOST: usize = 80;
/// How often it is run.
const TIMES: u32 = 10;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let how = alone().within(Duration::from_secs(10));
    let run = trial.run(&how)?;
    run.must_end(End::Exit(0), WELL)?;
    trial.repeat(TIMES, &how, |run| run.must_end(End::Exit(0), WELL))?;
    trial.passed("ends by itself");

    stops(&run)?;
    trial.repeat(TIMES, &how, stops)?;
    trial.passed("stops soon after the hit");

    finds_first(&run)?;
    trial.repeat(TIMES, &how, finds_first)?;
    trial.passed("finds the first photo with the cat");

    let workers = run.workers().len();
    run.must(
        workers == 2,
        format!("Two workers have to look at photos; there were {workers}."),
        "Which call hands the photos to the workers of the pool, and to how many of them at once?",
    )?;
    let mut before: Vec<String> = photos(&run);
    before.sort();
    before.dedup();
    run.must(
        before.len() == photos(&run).len(),
        "A photo has to be looked at once; one was looked at twice.",
        "Find its lines. Which two calls handed it to a worker?",
    )?;
    trial.passed("shares the photos out between two workers");
    Ok(())
}

/// The lines of the tasks.
fn photos(run: &Seen) -> Vec<String> {
    run.lines().into_iter().filter(|line| line.starts_with("photo ")).collect()
}

fn stops(run: &Seen) -> Result<(), Trouble> {
    let looked = photos(run).len();
    run.must(
        looked <= MOST,
        format!("After photo {FIRST}, the search has to stop, so at most {MOST} photos are looked at; it was {looked}."),
        "When does the call in `main` return, and when does the loop see its first result?",
    )
}

fn finds_first(run: &Seen) -> Result<(), Trouble> {
    let lines = run.lines();
    for n in 1..=FIRST {
        run.must(
            lines.contains(&format!("photo {n}")),
            format!("Each photo up to {FIRST} has to be looked at; photo {n} was not."),
            "Which photos does the call hand to the pool?",
        )?;
    }
    let found: Vec<&String> = lines.iter().filter(|line| line.starts_with("the cat ")).collect();
    let expected = format!("the cat is first seen in photo {FIRST}");
    run.must(
        matches!(found[..], [line] if *line == expected),
        format!("It has to print “{expected}”, once; it printed {found:?}."),
        "Photo 20 takes longer than the others. In which order does the loop get its results?",
    )
}
