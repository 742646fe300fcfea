//! The longest order goes into an oven early, each order is baked once, and the receipt has the order of the orders.

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, alone},
};

const ORDERS: [(&str, u64); 9] = [
    ("rolls", 4),
    ("bread", 6),
    ("buns", 4),
    ("pretzels", 3),
    ("pie", 7),
    ("scones", 4),
    ("tart", 5),
    ("cookies", 3),
    ("wedding cake", 30),
];
const BAKED: &str = "in the oven: ";
const LONGEST: &str = "wedding cake";
/// At least so many orders have to begin after the longest one. If it is handed out first, all the others do, or all but a few
/// on a machine that is so busy that one worker starts late.
const AFTER: usize = 3;
const OVENS: usize = 2;
const TIMES: u32 = 5;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    run.must_succeed()?;
    trial.passed("ends");

    bakes_each_once(&run)?;
    let workers = run.workers().len();
    run.must(
        workers <= OVENS,
        format!("The bakery has {OVENS} ovens; the program started {workers} processes."),
        "How many workers does the pool have?",
    )?;
    trial.passed("bakes each order once, in two ovens");

    begins_early(&run)?;
    trial.repeat(TIMES, &alone(), begins_early)?;
    trial.passed("has the wedding cake in an oven while other orders wait, in each of 6 runs");

    prints_the_receipt(&run)?;
    trial.repeat(TIMES, &alone(), prints_the_receipt)?;
    trial.passed("prints the receipt in the order of the orders");
    Ok(())
}

/// What went into an oven, in that order.
fn baked(run: &Seen) -> Vec<String> {
    run.lines().iter().filter_map(|line| line.strip_prefix(BAKED)).map(str::to_owned).collect()
}

fn bakes_each_once(run: &Seen) -> Result<(), Trouble> {
    let baked = baked(run);
    for (name, _) in ORDERS {
        let times = baked.iter().filter(|&it| it == name).count();
        run.must(
            times == 1,
            format!("“{name}” has to be baked once; it was baked {times} times."),
            "Which items does the pool get?",
        )?;
    }
    Ok(())
}

fn begins_early(run: &Seen) -> Result<(), Trouble> {
    let baked = baked(run);
    let after = baked.iter().rev().take_while(|&name| name != LONGEST).count();
    run.must(
        after >= AFTER,
        match after {
            0 => "The wedding cake went into an oven last. The other oven had nothing left to bake.".to_owned(),
            _ => format!("The wedding cake has to go into an oven before most other orders; only {after} went in after it."),
        },
        "In which order does the pool get its items?",
    )
}

fn prints_the_receipt(run: &Seen) -> Result<(), Trouble> {
    let receipt: Vec<String> = run.lines().into_iter().filter(|line| !line.starts_with(BAKED)).collect();
    let expected: Vec<String> = (1..)
        .zip(ORDERS)
        .map(|(number, (name, minutes))| format!("{number}: {name}, {minutes} minutes"))
        .collect();
    let wrong = expected.iter().zip(&receipt).position(|(expected, line)| expected != line);
    let found = wrong.map_or("nothing", |at| receipt[at].as_str());
    run.must(
        receipt == expected,
        match wrong {
            Some(at) => format!("Line {} of the receipt has to be “{}”; it is “{found}”.", at + 1, expected[at]),
            None => format!("The receipt has to have {} lines; it has {}.", expected.len(), receipt.len()),
        },
        "`map` returns the results in the order of its items. Which order did you give it, and which one does the receipt need?",
    )
}
