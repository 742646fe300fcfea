//! It never hangs, and each child has rates that are whole, and of its day.

use std::time::Duration;

use records::timeline::{Event, What};
use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const INVOICES: [[u64; 4]; 4] = [[10, 0, 5, 1], [0, 7, 0, 2], [3, 3, 3, 3], [0, 0, 90, 0]];
/// How often it is run. The starting point hangs in nearly every run.
const TIMES: u32 = 10;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let how = alone().within(Duration::from_secs(2));
    let run = trial.run(&how)?;
    ends(&run)?;
    trial.repeat(TIMES, &how, ends)?;
    trial.passed("ends, in each of 11 runs");

    is_converted(&run)?;
    trial.repeat(TIMES / 2, &how, is_converted)?;
    trial.passed("converts each invoice, and at the rates of one day");

    for invoice in 0..INVOICES.len() {
        let by = writer(&run, invoice);
        let before = (0..invoice).any(|other| writer(&run, other) == by);
        run.must(
            by.is_some_and(|by| by != 0) && !before,
            format!("Each invoice has to have a child of its own; invoice {invoice} has none."),
            "Find in the timeline which process writes this line.",
        )?;
    }
    let children = run.workers().len();
    run.must(
        children == INVOICES.len(),
        format!(
            "Each of the four invoices has to have one child, without a second try; there were {children}."
        ),
        "Look in the timeline at the children that wrote nothing: how do they end?",
    )?;
    trial.passed("has one child for each invoice");

    run.must(
        !run.sleepers().contains(&(0, 0)),
        "It has to end in every run; “main” sleeps for a while, which can only make the hang rarer.",
        "Look in the timeline for this sleep. What would have to be true when it is over, and which code makes sure of that?",
    )?;
    trial.passed("leaves nothing to a sleep");

    goes_on(&run)?;
    trial.passed("renews the rates as long as there are invoices");
    Ok(())
}

fn ends(run: &Seen) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the child that has not ended, at the end of the timeline: what does it wait for, and which process has \
             the thread that would end this wait?"
        }
        _ => WELL,
    };
    run.must_end(End::Exit(0), look)
}

fn is_converted(run: &Seen) -> Result<(), Trouble> {
    for (invoice, amounts) in INVOICES.iter().enumerate() {
        let lines = run.lines();
        let start = format!("invoice {invoice} at the rates ");
        let mut lines = lines.iter().filter_map(|line| line.strip_prefix(&start));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            let look = "Look at its output: is the line missing, or does it appear twice?";
            return run.must(false, format!("Invoice {invoice} has to be printed, once."), look);
        };
        let (rates, _) = line.split_once("]: ").unwrap_or_default();
        let rates: Vec<u64> =
            rates.trim_start_matches('[').split(", ").filter_map(|rate| rate.parse().ok()).collect();
        let day = rates.first().copied().unwrap_or_default();
        run.must(
            rates.len() == 4 && rates.iter().all(|&rate| rate == day),
            format!("The rates of invoice {invoice} have to be of one day; they are {rates:?}."),
            "What does the lock keep others from seeing? Look at what `renew` does while it holds it.",
        )?;
        run.must(
            day > invoice as u64,
            format!("Invoice {invoice} has to be converted at the rates of day {} or later; they are of day {day}.", invoice + 1),
            "Where does the child get its rates, and when were they put there? See “What a child has” on the page.",
        )?;
        let sum: u64 = amounts.iter().map(|amount| amount * day).sum();
        let expected = format!("{rates:?}: {sum}");
        run.must(
            line == expected,
            format!("The line of invoice {invoice} has to end with “{expected}”; it ends with “{line}”."),
            "Look at `convert`.",
        )?;
    }
    Ok(())
}

fn writer(run: &Seen, invoice: usize) -> Option<usize> {
    let start = format!("invoice {invoice} at");
    let writes = |event: &&Event| matches!(&event.what, What::Write { text, .. } if text.contains(&start));
    run.events().iter().find(writes).map(|event| event.process)
}

/// A second thread of the main process begins before the first child is started, and does not end before the last one is.
fn goes_on(run: &Seen) -> Result<(), Trouble> {
    let events = || run.events().iter();
    let starts = |event: &Event| matches!(event.what, What::Start { .. });
    let (first, last) = (events().position(starts), events().rposition(starts));
    let begins = events().position(|event| matches!(event.what, What::Thread(_)) && event.process == 0);
    let ends = events().position(|event| matches!(event.what, What::ThreadEnd) && event.process == 0);
    run.must(
        begins.is_some() && begins < first && ends.is_none_or(|end| last < Some(end)),
        "The thread that renews the rates has to run from before the first start of a child to after the last one.",
        "Find in the timeline where the main process starts its thread, and where that thread ends.",
    )
}
