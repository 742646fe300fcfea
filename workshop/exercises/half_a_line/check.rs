//! It answers each line when the line is whole, and serves all clients by one thread.

use std::time::Duration;

use records::timeline::{Event, What};
use supervisor::{End, event::Stream};

use crate::{
    failure::Trouble,
    must::WELL,
    seen::Seen,
    trial::{Trial, alone},
};

const LINES: [&str; 5] =
    ["client 2: hello", "client 3: one", "client 3: two", "client 1: half a line", "all have hung up"];
/// How often it is run.
const TIMES: u32 = 5;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let how = alone().within(Duration::from_secs(2));
    let run = trial.run(&how)?;
    ends(&run)?;
    trial.passed("ends, so no client waits for an answer forever");

    answers(&run)?;
    trial.repeat(TIMES, &how, |run| {
        ends(run)?;
        answers(run)
    })?;
    trial.passed("answers each line, once, as soon as it is whole");

    let threads = run.events().iter().filter(|event| matches!(event.what, What::Thread(_))).count();
    run.must(
        threads == 1 && run.children().is_empty(),
        format!(
            "The clients' thread has to be the only one beside “main”, and there must be no children; it started {threads} \
             threads and {} children.",
            run.children().len()
        ),
        "Look in the timeline for who starts what. Which wait is moved to another thread, and could “main” do without it?",
    )?;
    let by_others = |event: &Event| {
        matches!(event.what, What::Write { to: Stream::Stdout, .. })
            && (event.process, event.thread) != (0, 0)
    };
    run.must(
        !run.events().iter().any(by_others),
        "“main” has to serve the clients; another thread printed a line.",
        "Find in the timeline which thread writes.",
    )?;
    trial.passed("serves all of them in one thread");

    run.must(
        !run.sleepers().contains(&(0, 0)),
        "“main” has to wait for its clients only; it sleeps for a given time.",
        "Look in the timeline for this sleep. Who waits for an answer meanwhile?",
    )?;
    trial.passed("never sleeps while a client may speak");
    Ok(())
}

fn ends(run: &Seen) -> Result<(), Trouble> {
    let look = match run.run.ended() {
        End::Deadline => {
            "Look at the last thing that “main” waits for in the timeline. If it is a read, which client would have to speak to \
             end it, and what is that client waiting for? If it is `poll`, has each line that arrived been answered?"
        }
        _ => WELL,
    };
    run.must_end(End::Exit(0), look)
}

fn answers(run: &Seen) -> Result<(), Trouble> {
    run.must_print(
        &LINES,
        "Compare what `clients` writes with what the server takes for a line: where does one line end, and how many lines can \
         one read return?",
    )
}
