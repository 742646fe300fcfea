//! Every child is collected before the program says that all have ended.

use supervisor::{End, event::Stream, timeline::What};

use crate::{
    failure::Trouble,
    trial::{Trial, alone},
};

const LAST: [&str; 2] = ["all have ended, zombies: 0", "sum: 385"];

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&alone())?;
    run.must_end(End::Exit(0), "Look at standard error, and at the last line of the timeline.")?;
    trial.passed("ends");

    let starts = run.events().iter().rposition(|event| matches!(event.what, What::Start { .. }));
    let collected =
        |event: &&supervisor::timeline::Event| matches!(event.what, What::Waited { collected: Some(_) });
    let first = run.events().iter().position(|event| collected(&event));
    run.must(
        run.children().len() == 10 && first.is_none_or(|first| starts < Some(first)),
        "It has to start ten children before it collects the first one.",
        "Look for the first line with “collects” in the timeline: which children have not been started then?",
    )?;
    trial.passed("starts ten children before it waits");

    let told = run.events().iter().position(|event| {
        matches!(&event.what, What::Write { to: Stream::Stdout, text } if text.contains("all have ended"))
    });
    let before = run.events().iter().take(told.unwrap_or(0)).filter(collected).count();
    run.must(
        before == 10,
        format!("Before it says that all have ended it has to collect ten children; it collected {before}."),
        "In the timeline look between the line “ends” of a child and the line “collects” of the same child. Which call \
         of the program makes the second one?",
    )?;
    trial.passed("collects each child before it says that all have ended");

    let lines = run.lines();
    run.must(
        lines.ends_with(&LAST.map(str::to_owned)) && lines.len() == 12,
        format!("It has to tell of ten ends, and then “{}” and “{}”.", LAST[0], LAST[1]),
        "Look at its output: which line is missing, or another one?",
    )?;
    trial.passed("tells of each end, and adds up the results");
    Ok(())
}
