//! Each letter but the wet one has a receipt of its own from a worker, without a gap, and `main` knows how many there are.

use std::time::Duration;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, alone},
};

const GOOD: [&str; 9] = ["Oxford", "Kyoto", "Lima", "Perth", "Turin", "Oslo", "Accra", "Quito", "Delhi"];
const WET: &str = "Atlantis";
/// How often it is run. Which worker weighs which letter differs from run to run.
const TIMES: u32 = 10;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let how = alone().within(Duration::from_secs(4));
    let run = trial.run(&how)?;
    run.must_succeed()?;
    weighs_all(&run)?;
    trial.passed("has a receipt for each letter but the wet one");

    let last = run.lines().pop().unwrap_or_default();
    run.must(
        last == format!("{} receipts", GOOD.len()),
        format!("The last line has to be “{} receipts”; it was “{last}”.", GOOD.len()),
        "Find in the timeline which processes change `LAST`, and which one reads it at the end. Is it the same memory?",
    )?;
    trial.passed("counts the receipts in `main`");

    is_by_workers(&run)?;
    trial.passed("has the workers print the receipts");

    is_numbered(&run)?;
    trial.repeat(TIMES, &how, |run| {
        run.must_succeed()?;
        weighs_all(run)?;
        is_numbered(run)
    })?;
    trial.passed("gives out each number once and without a gap, in each of 11 runs");
    Ok(())
}

/// The number of the receipt in this line, and the address.
fn receipt(line: &str) -> Option<(usize, &str)> {
    let (number, address) = line.strip_prefix("receipt ")?.split_once(" for ")?;
    Some((number.parse().ok()?, address))
}

fn weighs_all(run: &Seen) -> Result<(), Trouble> {
    let lines = run.lines();
    for letter in GOOD {
        let times = lines.iter().filter_map(|line| receipt(line)).filter(|(_, to)| *to == letter).count();
        run.must(
            times == 1,
            format!("The letter to {letter} has to have one receipt; it has {times}."),
            "Find the lines that begin with “receipt” in the output. Which task should have printed the missing one?",
        )?;
    }
    run.must(
        lines.contains(&format!("{WET} has no receipt")),
        format!("The line “{WET} has no receipt” has to be there; it was not."),
        "The wet letter still has to end its worker. What does `map` return for its task?",
    )
}

fn is_numbered(run: &Seen) -> Result<(), Trouble> {
    let mut numbers: Vec<usize> =
        run.lines().iter().filter_map(|line| receipt(line)).map(|(number, _)| number).collect();
    numbers.sort_unstable();
    run.must(
        numbers.iter().copied().eq(1..=GOOD.len()),
        format!("The receipts have to have the numbers 1 to {}, each once; they have {numbers:?}.", GOOD.len()),
        "Find in the timeline which processes print receipts. Where does each of them count, and where does the worker begin that \
         replaces another one?",
    )
}

fn is_by_workers(run: &Seen) -> Result<(), Trouble> {
    let by_main = run.lines().iter().any(|line| receipt(line).is_some() && run.writers(line).contains(&0));
    run.must(
        !by_main,
        "A receipt has to be printed by the worker that has weighed the letter; `main` printed one.",
        "Find in the timeline which process prints the receipts.",
    )
}
