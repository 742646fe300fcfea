//! How a `book run` ends before its listing does, and that nothing is left then.

use std::fs;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use supervisor::oracle;

use crate::process::{DEADLINE, Running, run};
use crate::running::{assert_in_order, book_run};
use crate::scratch::Scratch;
use crate::terminal::OnTerminal;

/// Runs on for far longer than any test, with a child that does so too.
const STAYS: &str = "println!(\"here\");\n\
                     std::process::Command::new(\"sleep\").arg(\"600\").status().unwrap();";

/// The processes that bear this test's mark, but for `book` itself, which has ended.
pub(crate) fn left() -> Vec<String> {
    let mark = format!("{}={}", oracle::MARK, oracle::mark());
    let marked = |pid: &String| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        // What follows in the mark of a run is no digit. A digit belongs to another test, whose number begins like this one's.
        environment
            .split(|&b| b == 0)
            .filter_map(|variable| variable.strip_prefix(mark.as_bytes()))
            .any(|rest| !rest.first().is_some_and(u8::is_ascii_digit))
    };
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(marked).collect()
}

/// Waits for that. The supervisor ends a run on its own time, and nobody is told.
#[track_caller]
pub(crate) fn until_nothing_is_left() {
    let until = Instant::now() + DEADLINE;
    while !left().is_empty() {
        assert!(Instant::now() < until, "left: {:?}", left());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_run_that_does_not_end_is_ended() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing(
        "stays",
        STAYS,
        Some("promise: exact\nended: still running at the deadline\nstdout:\n  | here\nstderr:\n"),
    );
    let shown = run(&mut book_run(scratch.root(), &["stays", "--within", "0.5"]));
    assert_eq!(shown.status.code(), Some(0), "it is promised: {shown:?}");
    assert_in_order(&shown.stdout, &["main writes: here", "child 1 of main executes sleep"]);
    let killed = shown.stdout.lines().find(|line| line.contains("main is killed at the deadline"));
    let killed = killed.and_then(|line| line.trim_start().split('.').next()?.parse().ok());
    // Ten seconds is what it has if nobody says.
    assert!(killed.is_some_and(|millis: u32| (400..9000).contains(&millis)), "{}", shown.stdout);
    assert!(shown.stdout.contains("Ended only when it was stopped"), "{}", shown.stdout);
    assert_eq!(left(), [""; 0]);
    for within in ["0", "-1", "soon", "100000"] {
        let refused = run(&mut book_run(scratch.root(), &["stays", &format!("--within={within}")]));
        assert_eq!(refused.status.code(), Some(2), "{within}: {refused:?}");
    }
}

#[test]
fn ctrl_c_ends_the_run_and_leaves_nothing() {
    let scratch = Scratch::with_a_crate();
    let main = format!("std::fs::write(std::env::args().nth(1).unwrap(), \"in\").unwrap();\n{STAYS}");
    scratch.add_listing("knocks", &main, None);
    let door = scratch.path("door");
    mkfifo(&door, Mode::S_IRWXU).expect("a pipe");
    let arguments = ["knocks", "--within", "600", "--times", "3", "--", door.to_str().expect("a path")];
    let once = [&arguments[..3], &arguments[5..]].concat();
    for arguments in [&once[..], &arguments] {
        let mut on_terminal = OnTerminal::start(&mut book_run(scratch.root(), arguments), 80);
        let (send, knocked) = channel();
        let door = door.clone();
        std::thread::spawn(move || send.send(fs::read(door)));
        let knock = knocked.recv_timeout(DEADLINE).expect("the listing runs before the deadline");
        assert_eq!(knock.expect("a pipe"), b"in");
        on_terminal.interrupt();
        let status = on_terminal.wait();
        assert_eq!(left(), [""; 0]);
        assert_eq!(status.code(), Some(130), "{arguments:?}");
        assert!(on_terminal.screen.rest().contains("stopped: nothing of the run is left"));
    }
}

#[test]
fn a_signal_or_an_end_of_reading_ends_the_run() {
    let scratch = Scratch::with_a_crate();
    let main = "loop { println!(\"here\"); std::thread::sleep(std::time::Duration::from_millis(20)); }";
    scratch.add_listing("talks", main, None);
    for signal in [Some(Signal::SIGTERM), Some(Signal::SIGHUP), None] {
        let mut running = Running::start(&mut book_run(scratch.root(), &["talks", "--within", "600"]));
        running.stdout.until("main writes: here");
        match signal {
            Some(signal) => running.signal(signal),
            None => running.stop_reading(),
        }
        let status = running.wait();
        assert_eq!(left(), [""; 0]);
        assert_eq!(status.code(), Some(if signal.is_some() { 130 } else { 1 }));
    }
}

#[test]
fn nothing_is_left_when_the_tool_is_killed() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("stays", STAYS, None);
    let mut running = Running::start(&mut book_run(scratch.root(), &["stays", "--within", "600"]));
    running.stdout.until("executes sleep");
    assert!(!left().is_empty(), "the mark is inherited");
    running.signal(Signal::SIGKILL);
    assert_eq!(running.wait().code(), None);
    until_nothing_is_left();
}
