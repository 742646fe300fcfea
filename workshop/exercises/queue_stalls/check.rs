//! Each dish is served once, never more of them are ready than the counter holds, and it ends.

use std::time::Duration;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const BOUND: usize = 2;
const COOKS: usize = 2;
const DISHES: usize = 6;
/// How often it is run. A queue that wakes the wrong thread hangs in some of these runs.
const TIMES: u32 = 30;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let how = alone().within(Duration::from_secs(4));
    let run = trial.run(&how)?;
    is_bounded(&run)?;
    trial.repeat(TIMES, &how, is_bounded)?;
    trial.passed("has never more dishes on the counter than it holds");

    ends(&run)?;
    trial.repeat(TIMES, &how, ends)?;
    trial.passed("ends, in each of 31 runs");

    serves_all(&run)?;
    trial.repeat(TIMES, &how, serves_all)?;
    trial.passed("serves each dish, and serves it once");

    let cooks = 1..=COOKS;
    run.must(
        !run.sleepers().iter().any(|&(process, thread)| process == 0 && (thread == 0 || cooks.contains(&thread))),
        "A cook has to wait until there is room; a thread that has nothing to carry sleeps for a while instead.",
        "Look in the timeline for this sleep. How late may the cook notice that there is room?",
    )?;
    trial.passed("waits without asking again and again");
    Ok(())
}

/// A dish counts after it is on the counter, and a waiter counts before he takes one. So this is never more than there were.
fn is_bounded(run: &Seen) -> Result<(), Trouble> {
    let (mut ready, mut asked) = (0_usize, 0_usize);
    for line in run.lines() {
        if line.starts_with("dish ") {
            ready += 1;
        } else if line.ends_with(" is free") {
            asked += 1;
        }
        let most = ready.saturating_sub(asked);
        run.must(
            most <= BOUND,
            format!("The counter holds {BOUND} dishes; there were more on it at once."),
            "Count the lines “is ready”, and take off the lines “is free” before them. Which line of `push` should wait, and for what?",
        )?;
    }
    Ok(())
}

fn ends(run: &Seen) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the threads that have not ended, at the end of the timeline: what does each of them wait for, and which call \
             should have woken it?"
        }
        _ => WELL,
    };
    run.must_end(End::Exit(0), look)
}

fn serves_all(run: &Seen) -> Result<(), Trouble> {
    let lines = run.lines();
    for dish in (1..=COOKS).flat_map(|cook| (1..=DISHES).map(move |n| format!("{cook}.{n}"))) {
        let served = format!(" serves dish {dish}");
        let times = lines.iter().filter(|line| line.ends_with(&served)).count();
        run.must(
            times == 1,
            format!("Dish {dish} has to be served once; it was served {times} times."),
            "Look at what `pop` returns. May it return `None` while dishes are still to come?",
        )?;
    }
    run.must(
        lines.last().is_some_and(|line| line == "the kitchen is closed"),
        "The last line has to be “the kitchen is closed”.",
        "Look at the end of `main`.",
    )
}
