//! Each line of the report comes once, in an order that is certain, and each child prints its own.

use records::timeline::What;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, alone},
};

const TITLE: &str = "the sales of this week";
const TOTAL: &str = "all sold 3003000";
/// What is told of each shop: first by the parent, then by the child.
const SHOPS: [(&str, &str); 3] = [
    ("north is being added up", "north sold 500500"),
    ("south is being added up", "south sold 1001000"),
    ("harbor is being added up", "harbor sold 1501500"),
];
/// How often it is run to see whether an order is certain.
const TIMES: u32 = 20;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    run.must_succeed()?;
    trial.passed("ends");

    forks(&run)?;
    trial.passed("forks three children before it collects one");

    each_once(&run)?;
    trial.passed("prints each line once");

    for (shop, (_, sold)) in SHOPS.iter().enumerate() {
        let by = run
            .events()
            .iter()
            .find(|event| matches!(&event.what, What::Write { text, .. } if text.contains(sold)));
        run.must(
            by.is_some_and(|event| event.process == run.children()[shop]),
            format!("The line “{sold}” has to be printed by the child that added this shop up; it is not."),
            "Find in the timeline which process writes this line.",
        )?;
    }
    trial.passed("has each child print its own line");

    in_order(&run)?;
    let sleeper = run.sleepers().first().copied();
    run.must(
        sleeper.is_none(),
        format!(
            "The order has to be certain; {} sleeps, which makes another one only rarer.",
            run.name(sleeper.unwrap_or_default().0)
        ),
        "Which line does it wait for, and which process has to write that line first?",
    )?;
    trial.repeat(TIMES, &alone(), |run| each_once(run).and_then(|()| in_order(run)))?;
    trial.passed("does so in the same order in each of 21 runs, as far as it is promised");
    Ok(())
}

fn forks(run: &Seen) -> Result<(), Trouble> {
    let executed = run.events().iter().any(|event| matches!(event.what, What::Exec(_)) && event.process != 0);
    run.must(
        run.children().len() == 3 && !executed,
        format!(
            "It has to fork three children; it started {}{}.",
            run.children().len(),
            if executed { ", and they began as programs of their own" } else { "" }
        ),
        "Look at the starts in the timeline: a forked child “executes” nothing.",
    )?;
    let is_collected = |what: &What| matches!(what, What::Waited { collected: Some(_) });
    let starts = run.events().iter().rposition(|event| matches!(event.what, What::Start { .. }));
    let first = run.events().iter().position(|event| is_collected(&event.what));
    run.must(
        first.is_none_or(|first| starts < Some(first)),
        "It has to start all three children before it collects the first one.",
        "Look for the first line with “collects” in the timeline: which children have not been started then?",
    )
}

fn expected() -> Vec<&'static str> {
    let shops = SHOPS.iter().flat_map(|&(asked, sold)| [asked, sold]);
    [TITLE].into_iter().chain(shops).chain([TOTAL]).collect()
}

fn each_once(run: &Seen) -> Result<(), Trouble> {
    let lines = run.lines();
    for expected in expected() {
        let times = lines.iter().filter(|line| *line == expected).count();
        run.must(
            times == 1,
            format!("The line “{expected}” has to appear once; it appears {times} times."),
            match times {
                0 => {
                    "Which process puts this line into a buffer, and what happens to that buffer when the process ends?"
                }
                _ => "Find in the timeline which process writes this line, and when the text was put into the buffer.",
            },
        )?;
    }
    let other = lines.iter().find(|line| !expected().contains(&line.as_str()));
    run.must(
        other.is_none(),
        format!("It has to print eight lines, and not “{}”.", other.map_or("", String::as_str)),
        "Look at its output, and compare it with the task.",
    )
}

fn in_order(run: &Seen) -> Result<(), Trouble> {
    let lines = run.lines();
    let place = |line: &str| lines.iter().position(|it| it == line);
    let first = expected().into_iter().skip(1).map(|line| (TITLE, line));
    let last = expected().into_iter().map(|line| (line, TOTAL)).take(expected().len() - 1);
    for (before, after) in first.chain(SHOPS).chain(last) {
        run.must(
            place(before) < place(after),
            format!("The line “{before}” has to come before “{after}”, in each run; here it comes after it."),
            "When is the text of the first line written, and by which process? Look at the lines that write in the timeline.",
        )?;
    }
    Ok(())
}
