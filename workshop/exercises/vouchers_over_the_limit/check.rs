//! Ten vouchers, never more, and each customer was looked up.

use std::collections::BTreeSet;

use supervisor::End;

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const LIMIT: usize = 10;
/// How often it is run. The starting point gives too many in nearly every run.
const TIMES: u32 = 10;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    run.must_end(End::Exit(0), WELL)?;
    is_within_the_limit(&run)?;
    trial.repeat(TIMES, &alone(), is_within_the_limit)?;
    trial.passed("gives ten vouchers, in each of 11 runs");

    run.must(
        run.sleepers().len() >= LIMIT,
        "Each customer who gets a voucher has to be looked up; there were fewer than ten questions to the database.",
        "Count the sleeps in the timeline. Each stands for one question.",
    )?;
    trial.passed("looks up the customers who get one");
    Ok(())
}

fn is_within_the_limit(run: &Seen) -> Result<(), Trouble> {
    let lines = run.lines();
    let vouchers: Vec<(usize, &str)> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("voucher ")?.split_once(" for customer "))
        .filter_map(|(number, customer)| Some((number.parse().ok()?, customer)))
        .collect();
    run.must(
        vouchers.len() == LIMIT,
        if vouchers.len() > LIMIT {
            "Ten vouchers have to be given; there were more."
        } else {
            "Ten vouchers have to be given; there were fewer."
        },
        "Which number did the last clerks read in `claim`, and which number was it when they added one?",
    )?;
    let numbers: BTreeSet<usize> = vouchers.iter().map(|&(number, _)| number).collect();
    run.must(
        numbers.iter().copied().eq(1..=LIMIT),
        "The vouchers have to have the numbers 1 to 10, each of them once.",
        "Where does the number come from that is printed? Another thread may change the counter before you read it.",
    )?;
    let customers: BTreeSet<&str> = vouchers.iter().map(|&(_, customer)| customer).collect();
    run.must(
        customers.len() == LIMIT,
        "Each voucher has to go to another customer.",
        "Read the output: which customer has two?",
    )?;
    let last = lines.last().map(String::as_str).unwrap_or_default();
    run.must(
        last == "given: 10 of 10",
        format!("The last line has to be “given: 10 of 10”; it is “{last}”."),
        "The counter must not pass the limit either. What does `fetch_add` do for the customers who come too late?",
    )
}
