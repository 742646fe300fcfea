//! Starting and joining one process, and what that can be compared with.

use std::time::{Duration, Instant};

use anyhow::ensure;
use benchmark_parent::{double, methods, start_and_join};
use multiprocess::StartMethod;

use crate::goal::Bound::{AtLeast, AtMost};
use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;
use crate::{limit, python};

pub(crate) const GROUP: Group = Group {
    name: "start_and_join",
    heads: ("Start and join", Some("times a thread")),
    unit: Unit::Microseconds,
    rounds: 200,
    cases,
    goals,
    note: || {
        Ok("`crossmist` 1.1.2, one more crate that starts the program anew, is missing because it cannot be measured: \
            built with Rust 1.95 each of its spawns panics, `entered unreachable code`.\n"
            .to_owned())
    },
    page: None,
};

const THREAD: &str = "a thread";
const FORK: &str = "`fork` + `_exit` + `waitpid`, no result";
const FORK_WITH_RESULT: &str = "`fork` by hand, result over a pipe";
const FORK_WITH_DUTIES: &str = "`fork` by hand, with the library's duties";
const EXEC: &str = "bare `clone` + `execve`, no result";
const PROCSPAWN: &str = "`procspawn`";

/// What a start method of ours is called in a table.
pub(crate) fn ours(method: &str) -> String {
    format!("`multiprocess`, {method}")
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![
        case(THREAD, || {
            let started = Instant::now();
            ensure!(std::thread::spawn(|| double(21)).join().ok() == Some(42), "wrong result");
            Ok(started.elapsed())
        }),
        case(FORK, || limit::fork_and_exit(1)),
        case(FORK_WITH_RESULT, limit::fork_with_result),
        case(FORK_WITH_DUTIES, limit::fork_with_duties),
        case(EXEC, limit::exec),
    ];
    for method in methods() {
        cases.push(case(&ours(method.name()), move || start_and_join(method, 1)));
    }
    cases.push(case(PROCSPAWN, || {
        let started = Instant::now();
        ensure!(procspawn::spawn(21, double).join()? == 42, "wrong result");
        Ok(started.elapsed())
    }));
    for method in &python::METHODS {
        let mut python = Helper::python(method)?;
        let task = format!("start_and_join {}", method.name);
        cases.push(Case::new(method.case(), move || python.time(&task)).over(THREAD));
    }
    Ok(cases)
}

fn case(name: &str, mut once: impl FnMut() -> anyhow::Result<Duration> + 'static) -> Case {
    Case::new(name, move || Ok(once()?.as_secs_f64() * 1e6)).over(THREAD)
}

fn goals() -> Vec<Goal> {
    methods().into_iter().map(StartMethod::name).flat_map(goals_of).collect()
}

fn goals_of(method: &'static str) -> Vec<Goal> {
    let this = ours(method);
    match method {
        "spawn" => vec![
            Goal::ratio(&this, EXEC, AtMost(1.10)),
            Goal::ratio(&this, PROCSPAWN, AtMost(0.8)),
            Goal::ratio(python::SPAWN.case(), &this, AtLeast(28.0)),
        ],
        "fork" => vec![
            Goal::ratio(&this, FORK_WITH_DUTIES, AtMost(1.15)),
            Goal::ratio(&this, FORK_WITH_RESULT, AtMost(1.1)),
            Goal::ratio(python::FORK.case(), &this, AtLeast(6.0)),
        ],
        "forkserver" => vec![
            Goal::ratio(&this, FORK_WITH_RESULT, AtMost(1.2)),
            Goal::ratio(python::FORKSERVER.case(), &this, AtLeast(22.0)),
            Goal::ratio(python::PRELOADED.case(), &this, AtLeast(7.0)),
        ],
        _ => Vec::new(),
    }
}
