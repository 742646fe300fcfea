//! No word is missing, four threads count, and they hardly ever lock.

use records::timeline::{Event, What};
use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
    words::list,
};

const COUNTS: [&str; 4] = ["be: 40000", "not: 20000", "or: 20000", "to: 40000"];
/// How often it is run. The starting point lost words in every run that was ever seen.
const TIMES: u32 = 10;
const THREADS: usize = 4;
/// How often it may lock: the solution does so once in each thread, and once in `main`.
const LOCKS: u64 = 10;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let how = alone();
    let run = trial.run(&how)?;
    run.must_end(End::Exit(0), WELL)?;
    counts_all(&run)?;
    trial.repeat(TIMES, &how, counts_all)?;
    trial.passed("counts each word, in each of 11 runs");

    let begins = |event: &&Event| matches!(event.what, What::Thread(_)) && event.process == 0;
    let threads = run.events().iter().filter(begins).count();
    run.must(
        threads == THREADS,
        format!("It has to count in {THREADS} threads beside “main”; it started {threads}."),
        "Look in the timeline: which threads does the program start?",
    )?;
    trial.passed("counts in four threads");

    let locks = locks(&run);
    run.must(
        locks.is_some_and(|locks| locks <= LOCKS),
        match locks {
            Some(locks) => format!("It may lock at most {LOCKS} times; it locked {locks} times."),
            None => "Its last line has to say how often it locked; that line is missing.".to_owned(),
        },
        "How often does a thread have to tell the others what it has counted?",
    )?;
    trial.passed("locks ten times at most");
    Ok(())
}

fn counts_all(run: &Seen) -> Result<(), Trouble> {
    run.must(
        run.lines().get(..COUNTS.len()).is_some_and(|lines| lines == COUNTS),
        format!("It has to print {} first; at least one of these lines is missing.", list(&COUNTS)),
        "Compare its output with this. Which steps does one count take, and what can another thread do between them?",
    )
}

/// What the last line says.
fn locks(run: &Seen) -> Option<u64> {
    let lines = run.lines();
    lines.last()?.strip_prefix("locked ")?.strip_suffix(" times")?.parse().ok()
}
