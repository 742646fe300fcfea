//! The table is made once, by the forkserver, before the first request comes.

use crate::{
    failure::Trouble,
    trial::{Trial, with},
    words::list,
};

/// Others than those that the task names.
const MORE: [(&str, &str); 2] =
    [("997", "997 has the factors [997]"), ("961", "961 has the factors [31, 31]")];
const REQUESTS: [(&str, &str); 3] = [
    ("84", "84 has the factors [2, 2, 3, 7]"),
    ("97", "97 has the factors [97]"),
    ("360", "360 has the factors [2, 2, 2, 3, 3, 5]"),
];

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&with(REQUESTS.map(|(request, _)| request)))?;
    run.must_succeed()?;
    let answers: Vec<String> = run.lines().into_iter().filter(|line| line.contains("factors")).collect();
    run.must(
        answers == REQUESTS.map(|(_, answer)| answer),
        "It has to answer the three requests, in their order.",
        "Look at its output: which answer is missing, differs, or comes before its turn?",
    )?;
    trial.passed("answers each request, in order");

    let mut who: Vec<usize> = REQUESTS.iter().flat_map(|(_, answer)| run.writers(answer)).collect();
    who.sort_unstable();
    who.dedup();
    run.must(
        who.len() == REQUESTS.len() && who.iter().all(|&child| run.is_from_forkserver(child)),
        "Each answer has to come from a child of its own, which the forkserver has forked.",
        "Find in the timeline which process writes the answers, and who has started those processes.",
    )?;
    trial.passed("has the forkserver fork a child for each request");

    let makers = run.writers("table made");
    let names: Vec<&str> = makers.iter().map(|&maker| run.name(maker)).collect();
    run.must(
        matches!(makers[..], [maker] if run.is_forkserver(maker)),
        match names[..] {
            [] => "“table made” has to be written once, by the server; no process wrote it.".to_owned(),
            _ => {
                format!("“table made” has to be written once, by the server; it was written by {}.", list(&names))
            }
        },
        "Look for “table made” in the timeline. Of which process are the children copies, and what had it in its memory \
         then?",
    )?;
    trial.passed("makes the table once, in the server");

    let other = run.sleepers().into_iter().map(|(at, _)| at).find(|&at| !run.is_forkserver(at));
    run.must(
        other.is_none(),
        format!(
            "Only the server may make a table, which takes a sleep of 100 ms; {} sleeps.",
            run.name(other.unwrap_or_default())
        ),
        "Find in the timeline which process sleeps, and when. Which table does that process use?",
    )?;
    trial.passed("makes it nowhere else");

    let lines = run.lines();
    let place = |text: &str| lines.iter().position(|line| line == text);
    let ready = place("ready for requests");
    run.must(
        ready.is_some_and(|ready| place("table made") < Some(ready)),
        match ready {
            Some(_) => "“ready for requests” has to be written after “table made”; it was written before it.",
            None => "“ready for requests” has to be written; it was not.",
        },
        "Find in the timeline when the server is started, and by which call. The section “Prepared once: the preload hook” \
         names two of them.",
    )?;
    let first = lines.iter().position(|line| line.contains("factors"));
    run.must(
        ready < first && run.writers("ready for requests") == [0],
        "“ready for requests” has to be written by main, and before the first answer.",
        "Find in the timeline which process writes this line, and when.",
    )?;
    trial.passed("is ready when the table is made");

    let run = trial.run(&with(MORE.map(|(request, _)| request)))?;
    run.must_succeed()?;
    let answers: Vec<String> = run.lines().into_iter().filter(|line| line.contains("factors")).collect();
    run.must(
        answers == MORE.map(|(_, answer)| answer),
        "It has to answer the two requests, in their order.",
        "Look at its output: which answer is missing, or differs?",
    )?;
    trial.passed("answers other requests, too");
    Ok(())
}
