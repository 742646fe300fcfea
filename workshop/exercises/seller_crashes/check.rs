//! One seller crashes with the lock, and the others sell all the same.

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const SIGABRT: i32 = 6;
/// How often it is run. Which process finds the half sale differs from run to run.
const TIMES: u32 = 10;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    ends(&run)?;
    trial.repeat(TIMES, &alone(), ends)?;
    trial.passed("ends, in each of 11 runs");

    let sellers = run.workers();
    let crashed = sellers.iter().filter(|&&seller| run.ended(seller) == Some(End::Signal(SIGABRT))).count();
    run.must(
        sellers.len() == 3 && crashed == 1,
        format!(
            "It has to have three sellers, and one of them has to crash; of {}, {crashed} crashed.",
            sellers.len()
        ),
        "Look in the timeline at how each child ends. The line that crashes has to stay as it is.",
    )?;
    trial.passed("still has the seller who crashes");

    let others = sellers.iter().filter(|&&seller| run.ended(seller) == Some(End::Exit(0))).count();
    run.must(
        others == 2,
        format!("The two other sellers have to end by exit code 0; {others} did."),
        "Read on standard error what the others say. Which error do they get, and from which call?",
    )?;
    adds_up(&run)?;
    trial.repeat(TIMES, &alone(), adds_up)?;
    trial.passed("sells ten tickets with each of the others, and undoes the half sale");
    Ok(())
}

fn ends(run: &Seen) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the end of the timeline: which process still runs, and does it wait or try again?"
        }
        _ => WELL,
    };
    run.must_end(End::Exit(0), look)
}

fn adds_up(run: &Seen) -> Result<(), Trouble> {
    let last = run.lines().last().cloned().unwrap_or_default();
    run.must(
        last == "76 left, 24 sold",
        format!("The last line has to be “76 left, 24 sold”; it is “{last}”."),
        "How many sales were completed, and which of the two numbers had the broken one changed?",
    )
}
