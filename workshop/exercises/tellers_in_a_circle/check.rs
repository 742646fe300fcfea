//! It never hangs, and no audit sees half a transfer.

use std::collections::BTreeMap;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

/// How often it is run. The starting point hangs in nearly every run.
const TIMES: u32 = 10;
const TELLERS: usize = 3;
/// How often each teller asks the other bank.
const ASKS: usize = 20;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    ends(&run)?;
    trial.repeat(TIMES, &alone(), ends)?;
    trial.passed("ends, in each of 11 runs");

    adds_up(&run)?;
    trial.repeat(TIMES, &alone(), adds_up)?;
    trial.passed("finds 300 in each audit, and 100 in each account at the end");

    let mut asks = BTreeMap::<_, usize>::new();
    for sleeper in run.sleepers() {
        *asks.entry(sleeper).or_default() += 1;
    }
    let tellers = asks.iter().filter(|&(&who, &asks)| who != (0, 0) && asks >= ASKS).count();
    run.must(
        tellers == TELLERS,
        format!(
            "Three threads have to ask the other bank twenty times or more; there are {tellers} such threads."
        ),
        "Find in the timeline the sleeps of each thread. Each stands for a question.",
    )?;
    trial.passed("has three tellers, and each of them asks the other bank");
    Ok(())
}

fn ends(run: &Seen) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the end of the timeline: which threads have not ended, and what does each of them hold?"
        }
        _ => WELL,
    };
    run.must_end(End::Exit(0), look)
}

fn adds_up(run: &Seen) -> Result<(), Trouble> {
    let expected = ["61 audits, 61 found 300", "at the end: [100, 100, 100]"];
    run.must_print(
        &expected,
        "Which transfer is half done when an audit can lock all accounts? Look at `transfer`.",
    )
}
