//! All votes are counted, whatever happens to a station, and the end of the pipe ends the count.

use std::time::Duration;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone, with},
};

/// Three stations with 400 ballots each, of which every third says yes.
const ALL: &str = "1200 ballots, 399 of them yes";
/// The same, but one station has sent only 199 of its ballots.
const WITHOUT_THE_REST: &str = "999 ballots, 332 of them yes";
/// A time limit that is shorter than a station's break of 2 seconds loses votes. One that is longer shows here: so long after the end of
/// the last station, a program that waits for the end of the pipe is over, on any machine.
const LATE: Duration = Duration::from_millis(1500);

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    ends(&run)?;
    has_three_stations(&run)?;
    trial.passed("ends when the stations have ended");
    counts(&run, ALL)?;
    trial.passed("counts all votes");
    is_in_time(&run)?;

    let run = trial.run(&with(["crash"]))?;
    ends(&run)?;
    has_three_stations(&run)?;
    counts(&run, WITHOUT_THE_REST)?;
    trial.passed("counts what a station sent before it crashed, and ends all the same");

    let run = trial.run(&with(["break"]).within(Duration::from_secs(8)))?;
    ends(&run)?;
    counts(&run, ALL)?;
    is_in_time(&run)?;
    trial.passed("waits for a station that takes a break");

    run.must(
        !run.sleepers().iter().any(|&(process, _)| process == 0),
        "“main” has to wait for votes; it slept for a given time.",
        "Look in the timeline for this sleep. What could wake “main” when a vote arrives, or when no vote can arrive any more?",
    )?;
    trial.passed("waits without a time limit");
    Ok(())
}

fn ends(run: &Seen) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the end of the timeline: which processes are left, and in which call do they wait? What would have to happen for \
             that call to return, and which process could make it happen?"
        }
        _ => WELL,
    };
    run.must_end(End::Exit(0), look)
}

fn has_three_stations(run: &Seen) -> Result<(), Trouble> {
    let stations = run.workers().len();
    run.must(
        stations == 3,
        format!("It has to start three stations; it started {stations}."),
        "Look for “starts” in the timeline.",
    )
}

fn counts(run: &Seen, expected: &str) -> Result<(), Trouble> {
    let first = run.lines().first().cloned().unwrap_or_default();
    run.must(
        first == expected,
        format!("The first line has to be “{expected}”; it is “{first}”."),
        "Which event ends the loop over the votes? Could votes still arrive after it?",
    )
}

fn is_in_time(run: &Seen) -> Result<(), Trouble> {
    let end_of = |process: usize| {
        let mut events = run.events().iter();
        events.find_map(|event| (event.process == process && run_over(event)).then_some(event.at))
    };
    let last = run.workers().into_iter().filter_map(end_of).max().unwrap_or_default();
    let after = Duration::from_micros(end_of(0).unwrap_or_default().saturating_sub(last));
    run.must(
        after < LATE,
        format!(
            "It has to end when the stations have ended; “main” went on for {:.1} s.",
            after.as_secs_f32()
        ),
        "Look in the timeline for what “main” waits for after the last station has ended.",
    )
}

fn run_over(event: &records::timeline::Event) -> bool {
    matches!(event.what, records::timeline::What::End(_))
}
