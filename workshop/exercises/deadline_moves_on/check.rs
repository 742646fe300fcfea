//! The promises of `first_ok`, one situation for each.

use records::timeline::What;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
    words::list,
};

/// How long losers may take, in microseconds.
const GRACE: u64 = 100_000;

/// How long the search may take in the situation `deadline`, in microseconds.
const TIMEOUT: u64 = 1_000_000;

/// How far apart the ends of two children have to be to say for certain which one `main` learned of last, in microseconds.
const APART: u64 = 20_000;

const VALUE: &str = "the value is 42";
const LATE: &str = "no value in time";
const FAILED: &str = "all failed, at last ";

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&with(["value"]))?;
    must_answer(&run, VALUE, "Two children fail before one has the value. What happens to their errors?")?;
    trial.passed("passes over failures, and ends the losers (value)");

    let run = trial.run(&with(["all_fail"]))?;
    must_answer(&run, FAILED, "What does the program do when the last child is out?")?;
    let last = last_to_end(&run);
    run.must(
        last.iter().any(|name| run.stdout().contains(&format!("{FAILED}{name} "))),
        format!("It has to give the error of {}, which ended last.", last.join(" or ")),
        "Look at the output, and at the order of the ends in the timeline.",
    )?;
    trial.passed("gives the last error (all_fail)");

    let mut run = trial.run(&with(["deadline"]))?;
    for _ in 1..3 {
        // On a machine that is busy enough `main` may look at the clock when the value is there.
        if run.lines() == [VALUE] {
            run = trial.run(&with(["deadline"]))?;
        }
    }
    let look = if run.lines() == [VALUE] {
        "Look in the timeline for the waits of “main”: how long do they last together?"
    } else {
        "Read the third promise once more. Which line of the program gives what was printed?"
    };
    must_answer(&run, LATE, look)?;
    run.must(
        searched(&run) >= TIMEOUT,
        format!(
            "Its children may search for 1000 ms; it gave up {} ms after the last of them was started.",
            searched(&run) / 1000
        ),
        "Look in the timeline for the last wait of “main” before the first SIGTERM: how long does it last?",
    )?;
    trial.passed("keeps its deadline (deadline)");

    let mut run = trial.run(&with(["stubborn"]))?;
    for _ in 1..3 {
        // This machine may have been so busy that one grace took four.
        if run.lines() == [VALUE] && span(&run) >= 4 * GRACE {
            run = trial.run(&with(["stubborn"]))?;
        }
    }
    must_answer(
        &run,
        VALUE,
        "Look at the end of the timeline: what does “main” wait for, and can it happen?",
    )?;
    let grace = first(&run, "SIGKILL").saturating_sub(first(&run, "SIGTERM"));
    run.must(
        grace > GRACE / 2,
        "100 ms have to pass from SIGTERM to SIGKILL; less than half of that did.",
        "Look for “SIGTERM” and “SIGKILL” in the timeline, and for what is between them.",
    )?;
    run.must(
        span(&run) < 4 * GRACE,
        "100 ms have to pass from the first SIGTERM to the last SIGKILL; more than 400 did.",
        "Look in the timeline for what “main” waits for between the SIGKILLs, and before the first: how many waits last \
         100 ms or longer?",
    )?;
    trial.passed("ends losers that ignore SIGTERM (stubborn)");
    Ok(())
}

/// It answers so, ends, and has left nobody when it answers.
fn must_answer(run: &Seen, answer: &str, look: &str) -> Result<(), Trouble> {
    let lines = run.lines();
    let found = lines.first().map_or("nothing".to_owned(), |line| format!("“{line}”"));
    run.must(
        lines.len() == 1 && lines[0].starts_with(answer),
        format!("It has to print one line, “{answer}”; it printed {found}."),
        look,
    )?;
    let asked = run.sent("SIGTERM");
    let unasked = |(at, child): &&(u64, usize)| !asked.iter().any(|(before, to)| to == child && before <= at);
    let unasked: Vec<&str> =
        run.sent("SIGKILL").iter().filter(unasked).map(|&(_, child)| run.name(child)).collect();
    run.must(
        unasked.is_empty(),
        format!("Losers have to get SIGTERM before they are killed; these did not: {}.", list(&unasked)),
        "Look for “SIGKILL” in the timeline, and for what “main” sent before.",
    )?;
    let left = run.left_at(answer).unwrap_or_default();
    let left: Vec<&str> = left.into_iter().map(|child| run.name(child)).collect();
    run.must(
        left.is_empty(),
        format!("When it answers, all children have to be ended and collected; still there: {}.", list(&left)),
        "Look at the lanes of the losers in the timeline: what ends them, which process collects them, and when?",
    )?;
    let let_go: Vec<&str> = run.killed_and_let_go().into_iter().map(|child| run.name(child)).collect();
    run.must(
        let_go.is_empty(),
        format!("It has to wait for each child that it kills; it killed {} and went on.", list(&let_go)),
        "Look in the timeline for what “main” does after the SIGKILL. Killed is not gone.",
    )?;
    run.must_succeed()
}

/// From the start of the last child to the answer.
fn searched(run: &Seen) -> u64 {
    let last = |is: fn(&What) -> bool| {
        run.events().iter().rfind(|event| is(&event.what)).map_or(0, |event| event.at)
    };
    let answer = last(|what| matches!(what, What::Write { .. }));
    answer.saturating_sub(last(|what| matches!(what, What::Start { .. })))
}

fn first(run: &Seen, signal: &str) -> u64 {
    run.sent(signal).first().map_or(0, |&(at, _)| at)
}

/// From the first SIGTERM to the last SIGKILL.
fn span(run: &Seen) -> u64 {
    let last = run.sent("SIGKILL").last().map_or(0, |&(at, _)| at);
    last.saturating_sub(first(run, "SIGTERM"))
}

/// The child that ended last, and those that ended at nearly the same time.
fn last_to_end(run: &Seen) -> Vec<&str> {
    let ends =
        || run.events().iter().filter(|event| event.process != 0 && matches!(event.what, What::End(_)));
    let last = ends().map(|end| end.at).max().unwrap_or(0);
    ends().filter(|end| end.at + APART > last).map(|end| run.name(end.process)).collect()
}
