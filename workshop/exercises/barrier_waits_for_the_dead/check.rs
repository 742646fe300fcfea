//! A station that fails lets the others give up, and a slow one does not.

use std::time::Duration;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, with},
};

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    for broken in [["11", "broken", "14"], ["11", "14", "broken"], ["broken", "11", "14"]] {
        let how = with(broken).within(Duration::from_secs(4));
        let run = trial.run(&how)?;
        gives_up(&run)?;
        trial.repeat(3, &how, gives_up)?;
    }
    trial.passed("ends when a station has failed, no matter which one");

    let run = trial.run(&with(["11", "12", "14"]))?;
    goes_on(&run)?;
    trial.passed("lets all go on when all have read");

    let run = trial.run(&with(["11", "slow-1500", "14"]))?;
    goes_on(&run)?;
    trial.passed("waits for a slow station");
    Ok(())
}

fn gives_up(run: &Seen) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the end of the timeline: which processes have not ended, and what does “main” wait for? Who could tell the others \
             that one of them will not come?"
        }
        _ => {
            "One station has failed, so the program has to end with exit code 1. What does `join` return for that station?"
        }
    };
    run.must_end(End::Exit(1), look)?;
    for (number, instrument) in run.args.iter().enumerate() {
        let lines = run.lines();
        let says =
            |what: &str| lines.iter().filter(|line| **line == format!("station {number} {what}")).count();
        let (gave_up, went_on) = (says("gives up"), says("goes on"));
        let expected = usize::from(instrument != "broken");
        run.must(
            gave_up == expected && went_on == 0,
            format!("With a broken instrument, no station may go on, and both others have to give up; station {number} did not."),
            "Look at the lane of this station in the timeline: how does it end?",
        )?;
    }
    last_line(run)
}

fn goes_on(run: &Seen) -> Result<(), Trouble> {
    run.must_end(End::Exit(0), WELL)?;
    for number in 0..run.args.len() {
        run.must(
            run.lines().contains(&format!("station {number} goes on")),
            format!("All instruments work, so each station has to go on; station {number} did not."),
            "Which call broke the barrier, and how could it know that a station will not come?",
        )?;
    }
    last_line(run)
}

fn last_line(run: &Seen) -> Result<(), Trouble> {
    run.must(
        run.lines().last().is_some_and(|line| line == "all stations have ended"),
        "The last line has to be “all stations have ended”.",
        "Which processes does “main” still have to join when it prints this line?",
    )
}
