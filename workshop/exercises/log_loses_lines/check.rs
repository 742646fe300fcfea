//! Each line is whole, each line is there, and one of the three writers crashes.

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const SIGABRT: i32 = 6;
/// The stations, and how many measurements each of them completes.
const STATIONS: [(char, u32); 3] = [('A', 50), ('B', 50), ('C', 24)];
/// How often it is run. Which lines meet differs from run to run.
const TIMES: u32 = 10;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    run.must_end(End::Exit(0), WELL)?;
    let stations = run.workers();
    let crashed =
        stations.iter().filter(|&&station| run.ended(station) == Some(End::Signal(SIGABRT))).count();
    run.must(
        crashed == 1,
        format!("One station has to crash, and {crashed} did."),
        "Look in the timeline at how each child ends. The function `measure` has to stay as it is.",
    )?;
    trial.passed("still has the station that crashes");

    is_whole(&run)?;
    trial.repeat(TIMES, &alone(), is_whole)?;
    trial.passed("has only whole lines in its log, in each of 11 runs");

    is_complete(&run)?;
    trial.repeat(TIMES, &alone(), is_complete)?;
    trial.passed("has each line once, in each of 11 runs");
    Ok(())
}

fn lines() -> impl Iterator<Item = String> {
    STATIONS.into_iter().flat_map(|(station, last)| {
        (1..=last).map(move |n| format!("station {station}, measurement {n}: {} degrees", 15 + n % 10))
    })
}

fn is_whole(run: &Seen) -> Result<(), Trouble> {
    let torn = run.lines().into_iter().find(|printed| lines().all(|line| line != *printed));
    run.must(
        torn.is_none(),
        format!("Each line of the log has to be a whole one; one is “{}”.", torn.unwrap_or_default()),
        "How many writes does your program make for one line, and what can happen between two of them?",
    )
}

fn is_complete(run: &Seen) -> Result<(), Trouble> {
    let printed = run.lines();
    for line in lines() {
        let times = printed.iter().filter(|&one| *one == line).count();
        run.must(
            times == 1,
            format!("The line “{line}” has to be in the log once; it is there {times} times."),
            "Where is a line after the program has written it, and where in the file does the next write begin?",
        )?;
    }
    Ok(())
}
