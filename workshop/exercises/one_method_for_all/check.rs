//! Each of three tasks is started by the method that suits it, and nobody chooses for the whole program.

use records::timeline::{Birth, Event, What};
use supervisor::End;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
    words::list,
};

const WORDS: [(&str, &str); 4] = [
    ("child", "spelling: child is known"),
    ("forck", "spelling: forck is not known"),
    ("server", "spelling: server is known"),
    ("parent", "spelling: parent is known"),
];

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&with(WORDS.map(|(word, _)| word)))?;
    let attachment = writer(
        &run,
        "attachment: opened beside no password",
        "Of which process is that child a copy, and what was in its memory then?",
    )?;
    run.must(
        attachment != 0,
        "The attachment has to be opened by a child.",
        "Find in the timeline which process writes that line.",
    )?;
    let at = |is_so: &dyn Fn(&What) -> bool| run.events().iter().position(|event| is_so(&event.what));
    let started = at(&|what| matches!(what, What::Start { child, .. } if *child == attachment));
    let fetched = at(&|what| matches!(what, What::Write { text, .. } if text.contains("mails fetched")));
    let is_copy = run.started_by(attachment) == Some(Birth::Fork) && !run.is_from_forkserver(attachment);
    run.must(
        !is_copy || started < fetched,
        "The attachment must have nothing in its memory that the stranger wants; it has the mails.",
        "Find in the timeline how that process was started, and what “main” had done before.",
    )?;
    trial.passed("opens the attachment where there is no password");

    run.must_end(
        End::Exit(0),
        "Look at standard error: which start was refused, and which threads were there then?",
    )?;
    trial.passed("ends");
    search(&run)?;
    trial.passed("searches in the mails of “main”");
    spelling(&run)?;
    trial.passed("has each word looked up by a child from the forkserver, beside the log");

    let summary = writer(
        &run,
        "summary: started by spawn",
        "The summary names no method. Which code has chosen one for the whole program?",
    )?;
    run.must(
        run.started_by(summary) == Some(Birth::Vfork),
        "The summary has to be written by a child that was started by spawn.",
        "Find in the timeline which process writes that line, and how that process was started.",
    )?;
    trial.passed("leaves to each process that names no method the default");
    Ok(())
}

/// Who wrote this line, as one process has to.
fn writer(run: &Seen, line: &str, look: &str) -> Result<usize, Trouble> {
    let writers = run.writers(line);
    let topic = line.split(' ').next().unwrap_or(line);
    let instead = run.lines().into_iter().find(|found| found.starts_with(topic));
    let instead = instead.map_or("there is no such line".to_owned(), |found| format!("there is “{found}”"));
    run.must(writers.len() == 1, format!("“{line}” has to be written once; {instead}."), look)?;
    Ok(writers[0])
}

fn search(run: &Seen) -> Result<(), Trouble> {
    let searcher =
        writer(run, "search: 19 mails contain 77", "Look at the output: what became of the search?")?;
    let names: Vec<&str> = run.writers("mails fetched").into_iter().map(|at| run.name(at)).collect();
    run.must(
        names == ["main"],
        format!("“mails fetched” has to be written once, by main; it was written by {}.", list(&names)),
        "Which process has no mails, and why? Find in the timeline how that process was started.",
    )?;
    run.must(
        run.started_by(searcher) == Some(Birth::Fork) && !run.is_from_forkserver(searcher),
        "The search has to be done by a child that has the mails by being a copy of “main”.",
        "Find in the timeline which process searches, and how that process was started.",
    )
}

fn spelling(run: &Seen) -> Result<(), Trouble> {
    let mut children = Vec::new();
    for (_, line) in WORDS {
        children.push(writer(run, line, "Look at the output: what became of that word?")?);
    }
    run.must(
        children.iter().all(|&child| run.is_from_forkserver(child)),
        "The children that look up words have to be forked by the forkserver.",
        "Find in the timeline how they are started. Which of them begin the program anew, or are copies of “main”?",
    )?;
    children.sort_unstable();
    children.dedup();
    run.must(
        children.len() == WORDS.len(),
        "Each word has to be looked up by a child of its own.",
        "Find in the timeline which process writes the lines about spelling.",
    )?;
    let first_in_main = |is_so: fn(&What) -> bool| {
        run.events().iter().position(|event| event.process == 0 && is_so(&event.what))
    };
    let begins = first_in_main(|what| matches!(what, What::Thread(_)));
    let ends = first_in_main(|what| matches!(what, What::ThreadEnd));
    let looked_up =
        |event: &Event| matches!(&event.what, What::Write { text, .. } if text.starts_with("spelling: "));
    let missing = run.args.iter().find(|word| {
        let line = format!("log: {word} looked up: {}", *word != "forck");
        run.writers(&line) != [0]
    });
    run.must(
        missing.is_none(),
        format!(
            "The log has to report each word once; it does not report {} once.",
            missing.map_or("", String::as_str)
        ),
        "Look at the lines of output that begin with “log”, and in the timeline who writes them.",
    )?;
    let first = run.events().iter().position(looked_up);
    let last = run.events().iter().rposition(looked_up);
    run.must(
        begins.is_some() && begins < first && ends.is_none_or(|ends| last < Some(ends)),
        "The log has to be written while words are looked up.",
        "Find in the timeline when the second thread of “main” begins and ends.",
    )
}
