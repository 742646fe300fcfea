//! Each order is charged once, though the line to the bank drops before one payment and after another, and the program runs again.

use std::fs;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const SIGABRT: i32 = 6;
const RECEIPTS: [&str; 4] = [
    "order 1: receipt for Anna",
    "order 2: receipt for Boris",
    "order 3: receipt for Clara",
    "order 4: receipt for Anna",
];

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let bank = trial.folder().join("bank");
    let _ = fs::remove_dir_all(&bank); // of an earlier check
    let payments = || {
        let files = fs::read_dir(&bank).into_iter().flatten().flatten();
        files.map(|file| file.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };

    let run = trial.run(&alone())?;
    run.must_end(End::Exit(0), WELL)?;
    let dropped = run.workers().iter().filter(|&&it| run.ended(it) == Some(End::Signal(SIGABRT))).count();
    run.must(
        dropped == 2,
        format!("The line to the bank has to drop twice, and {dropped} workers crashed."),
        "Look in the timeline at how each worker ends. The module `bank` has to stay as it is, and every order has to be tried.",
    )?;
    trial.passed("still has the line that drops twice");

    is_charged_once(&run, &payments())?;
    trial.passed("charges each order once");
    run.must_print(
        &RECEIPTS,
        "What does `pay` return for a number that it has seen, and what does that say about the guest?",
    )?;
    trial.passed("prints a receipt for each order");

    let again = trial.run(&alone())?;
    again.must_end(End::Exit(0), WELL)?;
    is_charged_once(&again, &payments())?;
    again.must_print(
        &RECEIPTS,
        "This was a second run, after all orders had been paid. What does its `pay` return?",
    )?;
    trial.passed("charges nothing when it runs again, and prints the same receipts");
    Ok(())
}

fn is_charged_once(run: &Seen, files: &[String]) -> Result<(), Trouble> {
    for order in 1..=RECEIPTS.len() {
        let of_order = format!(" of order {order}");
        let times = files.iter().filter(|file| file.ends_with(&of_order)).count();
        run.must(
            times == 1,
            format!("Order {order} has to be charged once; the bank has charged it {times} times."),
            if times == 0 {
                "The line drops for order 2 before the bank has charged anything. Which call tries it again, and does the bank see a new number?"
            } else {
                "Look into the folder `bank`. Which numbers had the payments of this order, and which number would have told the bank \
                 that they are the same?"
            },
        )?;
    }
    Ok(())
}
