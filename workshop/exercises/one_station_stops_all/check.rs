//! Each station has one line, and a station that fails costs the others nothing.

use std::time::Duration;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{How, Trial, alone, with},
};

const NAMES: [&str; 5] = ["north", "east", "south", "west", "summit"];
/// What the stations answer, before the argument shifts them.
const ANSWERS: [&str; 5] = ["12 °C", "9 °C", "no report", "no report", "no report"];

/// Five times as long as a station has: each of them is asked at the same time.
const WITHIN: Duration = Duration::from_secs(10);

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let shifted = |shift: usize| {
        let how = if shift == 0 { alone() } else { with([shift.to_string()]) };
        (how.within(WITHIN), shift)
    };
    judge(trial, shifted(0))?;
    trial.passed("ends, and prints a line for each of the five stations");
    // Other stations have the faults, so that a program which knows their names fails.
    judge(trial, shifted(2))?;
    let (how, shift) = shifted(4);
    trial.repeat(1, &how, |run| reports(run, shift))?;
    trial.passed("does so whichever stations fail");
    Ok(())
}

fn judge(trial: &mut Trial<'_>, (how, shift): (How, usize)) -> Result<(), Trouble> {
    let run = trial.run(&how)?;
    reports(&run, shift)
}

fn reports(run: &Seen, shift: usize) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the last line of output. Which station comes next, what does it do, and which call of your program waits \
             for it? A read that is over in time can be followed by another one."
        }
        End::Exit(1) => {
            "Look at standard error. Which station did this error come from, and which line of `main` ended the program?"
        }
        _ => WELL,
    };
    run.must_end(End::Exit(0), look)?;
    let answer = |at: usize| ANSWERS[(at + NAMES.len() - shift) % NAMES.len()];
    let lines: Vec<String> =
        NAMES.iter().enumerate().map(|(at, name)| format!("{name}: {}", answer(at))).collect();
    run.must_print(
        &lines,
        "The healthy stations answer only when both have a client, and they send their report byte by byte. Does the program ask \
         all stations at once, does it read to the end, and is its deadline at least two seconds away?",
    )
}
