//! All requests are open at the same time, each is made once, and the output is as before.

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const LINES: [&str; 5] = ["Bergen: 892", "Lima: 580", "Osaka: 741", "Perth: 771", "all shops: 2984"];
const OPEN: &str = "requests open at the same time: ";
/// How often it is run again. Threads that print as they go may keep the order by luck.
const TIMES: u32 = 5;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    run.must_succeed()?;
    prints_the_forecasts(&run)?;
    trial.passed("prints the forecasts, in order");

    let open = open(&run);
    let most = open.iter().max().copied().unwrap_or_default();
    run.must(
        most == 4,
        format!("All four requests have to be open at the same time; there were {most} at most."),
        "Look in the timeline at the threads that ask: what does the thread that makes the second request do while the first one \
         waits for its answer?",
    )?;
    asks_once(&run)?;
    trial.passed("has all four requests open at the same time");

    trial.repeat(TIMES, &alone(), |run| {
        run.must_succeed()?;
        prints_the_forecasts(run)?;
        asks_once(run)
    })?;
    trial.passed("does so in each of 6 runs");
    Ok(())
}

fn prints_the_forecasts(run: &Seen) -> Result<(), Trouble> {
    let look = match run.lines().is_empty() {
        true => WELL,
        false => "Which thread prints this line, and what has to have happened before it may?",
    };
    run.must_print(&LINES, look)
}

/// How many requests the server answered each time.
fn open(run: &Seen) -> Vec<u32> {
    let stderr = run.stderr();
    stderr.lines().filter_map(|line| line.strip_prefix(OPEN)?.parse().ok()).collect()
}

fn asks_once(run: &Seen) -> Result<(), Trouble> {
    let open = open(run);
    run.must(
        open == [4],
        format!("The server has to get four requests, all at once; it got {open:?}, one number for each time that it answered."),
        "Look at standard error. Does each shop have one request, and are all requests made before the first answer?",
    )
}
