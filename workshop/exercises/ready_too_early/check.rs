//! The starter says `ready` only when its daemon is, says why if it never will be, and waits for nobody who is gone.

use std::{fs, time::Duration};

use records::timeline::What;
use supervisor::End;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
};

const READABLE: &str = "/proc/version";

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    fs::create_dir(trial.folder().join("folder"))?;
    not_ready(trial, &["missing/pid"], "No such file or directory")?;
    not_ready(trial, &["folder"], "Is a directory")?;
    // It can be read by everybody, and written by nobody.
    if let Err(refused) = fs::write(READABLE, "0") {
        not_ready(trial, &[READABLE], &refused.to_string())?;
    }
    trial.passed("says why its daemon is not ready");

    not_ready(trial, &["crashed", "crashes"], "")?;
    trial.passed("says so when its daemon has crashed");

    let run = run(trial, &["pid"], End::Exit(0))?;
    run.must_print(&["ready"], "Look at its output.")?;
    let Some(&daemon) = run.children().last() else {
        return run.must(
            false,
            "It has to start a daemon; it started no process.",
            "Look at the lanes of the timeline.",
        );
    };
    run.must(
        run.ended(daemon) == Some(End::Signal(15)),
        "The daemon has to serve until the main process ends it by SIGTERM; it ended in another way.",
        "Look at the last lane of the timeline: how does it end?",
    )?;
    trial.passed("ends its daemon, which is ready when it says so");

    let orphan = run.events().iter().any(|event| event.process == daemon && event.what == What::Orphaned);
    run.must(
        run.children().len() == 2 && orphan,
        "It has to start a Unix daemon, a child of a child that has ended; it has no such process.",
        "Look at the lanes of the timeline, and at the table of steps in the section “Not a Unix daemon”.",
    )?;
    trial.passed("has a daemon whose parent has ended");
    Ok(())
}

fn run(trial: &mut Trial<'_>, args: &[&str], end: End) -> Result<Seen, Trouble> {
    let run = trial.run(&with(args.iter().copied()).within(Duration::from_secs(2)))?;
    let look = if run.run.timed_out && run.run.ending != End::Deadline {
        "Look at the lane of that process in the timeline: what does it do last, and what could end it?"
    } else if run.run.timed_out {
        "What does the main process wait for at the end of the timeline? If that is a pipe, which process holds its other end?"
    } else {
        "Look at its output, at standard error, and in the timeline at what the daemon had done when the main process went on."
    };
    run.must_end(end, look)?;
    Ok(run)
}

/// A run whose daemon cannot be ready, for this reason.
fn not_ready(trial: &mut Trial<'_>, args: &[&str], reason: &str) -> Result<(), Trouble> {
    let run = run(trial, args, End::Exit(1))?;
    let lines = run.lines();
    let said = matches!(lines.as_slice(), [line] if line.starts_with("not ready: ") && line.len() > 11 && line.contains(reason));
    let what = match reason {
        "" => "It has to print one line, “not ready: ” and that the daemon is gone".to_owned(),
        reason => format!("It has to print one line, “not ready: ” and the reason, “{reason}”"),
    };
    run.must(
        said,
        format!("{what}; it printed “{}”.", lines.join("”, “")),
        "What had the daemon reported when it ended, and what does the starter make of that?",
    )
}
