//! No word is missing, four threads count, and they hardly ever wait for a lock.

use records::timeline::{Event, What};

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};
use supervisor::End;

const COUNTS: [&str; 4] = ["be: 40000", "not: 20000", "or: 20000", "to: 40000"];
/// How often it is run. The starting point loses words in every run that was ever seen.
const TIMES: u32 = 10;
const THREADS: usize = 4;
/// How often a thread may wait. The solution waits at most three times, while the others add what they have counted.
const WAITS: usize = 3;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let how = alone();
    let run = trial.run(&how)?;
    run.must_end(End::Exit(0), WELL)?;
    counts_all(&run)?;
    trial.repeat(TIMES, &how, counts_all)?;
    trial.passed("counts each word, in each of 11 runs");

    let threads = began(&run);
    run.must(
        threads == THREADS,
        format!("It has to count in {THREADS} threads beside “main”; it started {threads}."),
        "Look in the timeline: which threads does the program start?",
    )?;
    trial.passed("counts in four threads");

    let waits = (0..).take(THREADS + 1).map(|thread| waits(&run, thread)).max().unwrap_or(0);
    run.must(
        waits <= WAITS,
        format!("No thread may wait for a lock more than {WAITS} times; one of them waited {waits} times."),
        "Find the waits in the timeline. What does the thread need at that moment that only another thread can give it?",
    )?;
    trial.passed("waits for a lock three times at most");
    Ok(())
}

fn counts_all(run: &Seen) -> Result<(), Trouble> {
    let look = "Which steps does one count take, and what can another thread do between them?";
    run.must_print(&COUNTS, look)
}

/// How many threads the main process has started.
fn began(run: &Seen) -> usize {
    let begins = |event: &&Event| matches!(event.what, What::Thread(_)) && event.process == 0;
    run.events().iter().filter(begins).count()
}

/// How often a thread slept because it waited for another one.
fn waits(run: &Seen, thread: usize) -> usize {
    let waits = |event: &&Event| {
        event.thread == thread && matches!(&event.what, What::Sleep(call) if call.contains("futex"))
    };
    run.events().iter().filter(waits).count()
}
