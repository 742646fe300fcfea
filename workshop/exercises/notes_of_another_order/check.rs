//! Each order has one line with its own notes, whatever happened before it on its thread, and the workers stay.

use records::timeline::What;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
};

/// Good orders, refused ones and failing ones, so that each kind comes after each other one.
const ORDERS: [&str; 10] = ["12", "x", "x", "0", "0", "x", "100", "0", "25", "400"];
const GUIDE: &str = "Which way through `handle` did the order before it take on the same thread, and where were its notes then?";

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    for order in ["12", "x", "0"] {
        let run = trial.run(&with(["1", order]))?;
        run.must_succeed()?;
        run.must_print(
            &[line(order)],
            "There are three ways out of `handle`: to its end, by `return`, and by a panic. Which of them print the notes?",
        )?;
    }
    trial.passed("prints the notes of an order that is good, refused or failing");

    let run = trial.run(&with(arguments("1")))?;
    run.must_succeed()?;
    run.must_print(&ORDERS.map(line), GUIDE)?;
    trial.passed("prints each order's own notes, in one thread");

    for workers in [2, 3] {
        let run = trial.run(&with(arguments(&workers.to_string())))?;
        run.must_succeed()?;
        let mut expected: Vec<String> = ORDERS.map(line).into();
        let mut found = run.lines();
        expected.sort();
        found.sort();
        let strange = found.iter().find(|line| !expected.contains(line));
        run.must(
            strange.is_none(),
            format!("“{}” is not a line of one order.", strange.map_or("", String::as_str)),
            GUIDE,
        )?;
        run.must(
            found == expected,
            format!(
                "Each of the {} orders has to have its line, once; there are {} lines.",
                expected.len(),
                found.len()
            ),
            "Look at its output: which order is missing, or appears too often?",
        )?;
        let threads = threads(&run);
        run.must(
            threads == workers,
            format!("With {workers} workers, it has to start {workers} threads; it started {threads}."),
            "Look at the lanes of the timeline. A new thread for each order has no old notes, but the workers have to stay.",
        )?;
    }
    trial.passed("does so in two and in three workers, each of which stays");
    Ok(())
}

fn arguments(workers: &str) -> Vec<String> {
    [&[workers], &ORDERS[..]].concat().into_iter().map(str::to_owned).collect()
}

/// What the notes of an order have to be.
fn line(order: &str) -> String {
    match order.parse() {
        Err(_) => format!("order {order}, refused"),
        Ok(0) => "order 0, priced, failed".to_owned(),
        Ok(pieces) => format!("order {order}, priced, {} each", 1200 / pieces),
    }
}

fn threads(run: &Seen) -> usize {
    run.events().iter().filter(|event| matches!(event.what, What::Thread(_))).count()
}
