//! A timeline tells what a program did, whoever else is busy meanwhile.
//!
//! Each act's timeline is recorded in `tests/timelines`, for those who draw them too; `SUPERVISOR_TIMELINES=write` in the
//! environment records them again.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use supervisor::{
    Request, Run, follow,
    oracle::clean,
    run,
    shape::{Shape, Within},
    timeline::{self, SCHEMA, Timeline},
};

fn request(act: &[&str]) -> Request {
    Request::new(env!("CARGO_BIN_EXE_acts")).args(act)
}

/// A run of an act, and its timeline.
fn traced(request: &Request) -> (Run, timeline::Run) {
    let (run, timeline) = clean(|| follow(request, |_, _| {})).expect("a run");
    assert_eq!(run.untraced, None, "this machine refuses to trace in detail, and these tests need it");
    (run, timeline.expect("a timeline of all that was written"))
}

fn record(act: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/timelines").join(format!("{act}.json"))
}

/// Calls `work` while every processor has something else to do, too.
fn under_load<T>(work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    let busy = || {
        while !done.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
    };
    let count = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        (0..count).for_each(|_| drop(scope.spawn(busy)));
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        done.store(true, Ordering::Relaxed);
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Runs an act several times under load: it has the shape that is recorded.
fn keeps_its_shape(act: &str, request: &Request, within: Within) {
    if env::var("SUPERVISOR_TIMELINES").is_ok_and(|what| what == "write") {
        let (_, run) = traced(request);
        let timeline = Timeline {
            schema: SCHEMA,
            listing: format!("acts/{act}"),
            machine: "the machine that this was tried on".into(),
            runs: vec![run],
            seen: None,
        };
        fs::create_dir_all(record(act).parent().expect("a folder")).expect("the folder");
        fs::write(record(act), timeline.to_string()).expect("the record");
    }
    let recorded = Timeline::read(&record(act)).expect("a record");
    let expected = Shape::of(&recorded.runs[0], within);
    under_load(|| {
        for round in 0..3 {
            let (_, run) = traced(request);
            if let Err(difference) = expected.same_as(&Shape::of(&run, within)) {
                panic!("{act}, round {round}:\n{difference}\n{run:?}");
            }
        }
    });
}

#[test]
fn value() {
    keeps_its_shape("value", &request(&["value"]), Within::Exact);
}

#[test]
fn panics() {
    keeps_its_shape("panics", &request(&["panics"]), Within::Exact);
}

#[test]
fn exit_code() {
    keeps_its_shape("exit_code", &request(&["exit_code"]), Within::Exact);
}

#[test]
fn signal() {
    keeps_its_shape("signal", &request(&["signal"]), Within::Exact);
}

#[test]
fn tree() {
    keeps_its_shape("tree", &request(&["tree"]), Within::Exact);
}

#[test]
fn double_fork() {
    keeps_its_shape("double_fork", &request(&["double_fork"]), Within::Exact);
}

#[test]
fn threads() {
    keeps_its_shape("threads", &request(&["threads"]), Within::Exact);
}

#[test]
fn burst() {
    keeps_its_shape("burst", &request(&["burst"]), Within::Exact);
}

#[test]
fn untraced() {
    keeps_its_shape("untraced", &request(&["untraced"]), Within::Exact);
}

#[test]
fn kinds() {
    keeps_its_shape("kinds", &request(&["kinds"]), Within::Exact);
}

#[test]
fn waits() {
    keeps_its_shape("waits", &request(&["waits"]), Within::Exact);
}

#[test]
fn looks() {
    keeps_its_shape("looks", &request(&["looks"]), Within::Exact);
}

#[test]
fn interrupted() {
    keeps_its_shape("interrupted", &request(&["interrupted"]), Within::Exact);
}

#[test]
fn handled() {
    keeps_its_shape("handled", &request(&["handled"]), Within::Exact);
}

#[test]
fn ignored() {
    keeps_its_shape("ignored", &request(&["ignored"]), Within::Exact);
}

#[test]
fn zombies_left() {
    keeps_its_shape("zombies_left", &request(&["zombies_left"]), Within::Exact);
}

#[test]
fn bit_by_bit() {
    keeps_its_shape("bit_by_bit", &request(&["bit_by_bit"]), Within::Exact);
}

#[test]
fn sleeps() {
    keeps_its_shape("sleeps", &request(&["sleeps"]), Within::Exact);
}

#[test]
fn thread_exec() {
    keeps_its_shape("thread_exec", &request(&["thread_exec"]), Within::Exact);
}

#[test]
fn last_thread() {
    keeps_its_shape("last_thread", &request(&["last_thread"]), Within::Exact);
}

#[test]
fn status() {
    keeps_its_shape("status", &request(&["status"]), Within::Exact);
}
