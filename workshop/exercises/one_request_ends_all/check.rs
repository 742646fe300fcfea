//! Each request gets its answer, or a line that there is none, whoever is killed meanwhile.

use records::timeline::What;
use supervisor::{End, event::Stream};

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
};

const CHILDREN_END: [(&str, &str); 7] = [
    ("cat", "cat: Katze"),
    ("large", "large: no answer"),
    ("dog", "dog: Hund"),
    ("leave", "leave: no answer"),
    ("bird", "bird: Vogel"),
    ("nonsense", "nonsense: no answer"),
    ("fish", "fish: Fisch"),
];

const THE_SERVER_ENDS: [(&str, &str); 8] = [
    ("cat", "cat: Katze"),
    ("dog", "dog: Hund"),
    ("memory", "memory: Speicher"),
    ("bird", "bird: Vogel"),
    ("fish", "fish: Fisch"),
    ("horse", "horse: Pferd"),
    ("fox", "fox: Fuchs"),
    ("gnome", "gnome: no answer"),
];

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let run = trial.run(&with(CHILDREN_END.map(|(request, _)| request)))?;
    run.must_end(End::Exit(0), "Look at standard error: why does the program end?")?;
    trial.passed("goes on when a child ends without an answer");
    run.must_print(
        &CHILDREN_END.map(|(_, line)| line),
        "Look at standard error, and in the timeline how that request's child ended.",
    )?;
    trial.passed("answers the others, in order");

    let asked = asked_before_the_first_answer(&run);
    run.must(
        asked >= 3,
        format!("It has to ask for three words before it prints the first answer; it asked for {asked}."),
        "Look at its two outputs in the timeline, from the top: which of them come before the first answer?",
    )?;
    from_forkserver(&run, CHILDREN_END.len())?;
    trial.passed("has three at work at a time, each forked by the server");

    let run = trial.run(&with(THE_SERVER_ENDS.map(|(request, _)| request)))?;
    run.must_end(
        End::Exit(0),
        "Look at standard error: which process could not do its work, and what was missing?",
    )?;
    run.must(
        run.children().into_iter().any(|at| run.is_forkserver(at) && run.ended(at) == Some(End::Signal(9))),
        "The request “memory” has to kill the server, as it does in the beginning.",
        "Find in the timeline how the first server ended.",
    )?;
    run.must_print(
        &THE_SERVER_ENDS.map(|(_, line)| line),
        "Look at standard error, for what the library says about the server. Which work of the first server does the second \
         one have to do again, and what does it need for that?",
    )?;
    from_forkserver(&run, THE_SERVER_ENDS.len())?;
    trial.passed("answers all when the server is killed");

    run.must(
        !trial.folder().join("words.tmp").exists(),
        "At the end, the file “words.tmp” has to be gone; it still exists.",
        "When does the program remove it?",
    )?;
    trial.passed("leaves nothing behind");
    Ok(())
}

fn asked_before_the_first_answer(run: &Seen) -> usize {
    let written = run.events().iter().filter_map(|event| match &event.what {
        What::Write { to, text } => Some((*to, text)),
        _ => None,
    });
    let before = written.take_while(|(to, _)| *to == Stream::Stderr);
    before.map(|(_, text)| text.matches("asked: ").count()).sum()
}

fn from_forkserver(run: &Seen, requests: usize) -> Result<(), Trouble> {
    let children = run.children().into_iter().filter(|&at| run.is_from_forkserver(at) && !run.stands_by(at));
    let children = children.count();
    run.must(
        children >= requests,
        format!(
            "Each of {requests} requests has to get a child of its own from the forkserver; {children} did."
        ),
        "Find in the timeline which process started the processes that do the work.",
    )
}
