//! What becomes of a process's children when it ends.

use std::time::{Duration, Instant};

use supervisor::End;

use crate::common::{Ran, program};
use crate::methods::{Method, but_not, every_method};

const TERMINATED: End = End::Signal(libc::SIGTERM);
const KILLED: End = End::Signal(libc::SIGKILL);
const ENDED_BEFORE: &str = "the other child ends, its parent alive\n";
const ENDED_AFTER: &str = "the other child ends, its parent gone\n";

fn exits(how: &str) -> Ran {
    program!("exits").arg(how).within(Duration::from_secs(20)).run_to_any_end()
}

/// How often a line stands on standard error.
fn says(ran: &Ran, line: &str) -> usize {
    ran.stderr().lines().filter(|said| *said == line).count()
}

#[test]
fn at_an_exit_daemons_are_terminated_and_the_others_joined() {
    every_method(|_| {
        for (how, code) in [("returns", 0), ("panics", 101), ("exits", 3), ("exits on a thread", 3)] {
            let ran = exits(how);
            assert_eq!(ran.0.ending, End::Exit(code), "{how}: {ran:?}");
            assert_eq!(ran.stdout(), ENDED_BEFORE, "{how}");
            assert_eq!(says(&ran, "the last exit handler"), 1, "{how}: {ran:?}");
            ran.ended("daemon", TERMINATED);
            ran.ended("other", End::Exit(0));
        }
    });
}

#[test]
fn a_daemon_that_ignores_sigterm_is_killed_after_a_second() {
    every_method(|_| {
        let begun = Instant::now();
        let ran = program!("exits").arg("returns").arg("ignores").run();
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        ran.ended("daemon", KILLED);
        ran.ended("other", End::Exit(0));
    });
}

/// Daemons do not survive it all the same: the kernel kills them.
#[test]
fn an_end_that_skips_exit_handlers_kills_daemons_and_joins_nobody() {
    every_method(|_| {
        for (how, end) in [("_exit", End::Exit(3)), ("abort", End::Signal(libc::SIGABRT)), ("killed", KILLED)]
        {
            let ran = exits(how);
            assert_eq!(ran.0.ending, end, "{how}: {ran:?}");
            assert_eq!(ran.stdout(), ENDED_AFTER, "{how}: {ran:?}");
            assert_eq!(says(&ran, "the last exit handler"), 0, "{how}: {ran:?}");
            ran.ended("daemon", KILLED);
            ran.ended("other", End::Exit(0));
        }
    });
}

#[test]
fn without_a_tracer_it_is_the_same() {
    every_method(|_| {
        for (how, printed) in [("returns", ENDED_BEFORE), ("killed", ENDED_AFTER)] {
            let ran = program!("exits").arg(how).untraced().run_to_any_end();
            assert_eq!(ran.stdout(), printed, "{how}: {ran:?}");
        }
    });
}

#[test]
fn a_daemon_outlives_the_thread_that_started_it() {
    but_not(&[Method::Fork], "a thread's process has several threads, and may not be forked", |_| {
        let ran = program!("daemon_of_a_thread").run();
        ran.prints(&["None"]);
        ran.ended("daemon", TERMINATED);
    });
}

#[test]
fn the_exit_of_a_copy_that_others_have_forked_does_not_touch_the_children() {
    every_method(|_| {
        let ran = program!("copied_by_others").within(Duration::from_secs(20)).run();
        ran.prints(&["None", "None"]);
        ran.ended("daemon", TERMINATED);
        ran.ended("other", KILLED);
    });
}

/// A forked child begins as a copy of a process that had these children.
#[test]
fn a_childs_exit_does_not_touch_its_siblings() {
    every_method(|_| program!("siblings").run().prints(&["Ok(Some(0))", "None", "None"]));
}

#[test]
fn a_childs_daemon_ends_with_the_child() {
    every_method(|_| {
        for (how, line, end) in [
            ("returns", "Ok(())", TERMINATED),
            ("panics", "Panicked: ", TERMINATED),
            ("exits", "Exited: ", TERMINATED),
            ("_exit", "Exited: ", KILLED),
        ] {
            let ran = program!("daemon_of_a_child").arg(how).run();
            assert!(ran.stdout().starts_with(line), "{how}: {ran:?}");
            ran.ended("daemon", end);
        }
    });
}

#[test]
fn a_daemon_knows_that_it_is_one_and_starts_nothing() {
    every_method(|_| {
        program!("daemon_flag").run().prints(&[
            "false",
            r#"Ok((false, "Ok(()), daemon: false"))"#,
            r#"Ok((false, "Ok(()), daemon: false"))"#,
            "true",
            r#"Ok((true, "DaemonsStartNothing: Process-3 is a daemon and may not start processes: they would be left behind when it is terminated"))"#,
        ]);
    });
}

#[test]
fn a_program_exits_while_its_threads_wait_for_children() {
    every_method(|_| {
        for (how, end) in [("other", End::Exit(0)), ("daemon", TERMINATED)] {
            let ran = program!("waits_on_two_threads").arg(how).within(Duration::from_secs(20)).run();
            ran.prints(&["[0]", "42", "42"]);
            ran.ended("last", end);
        }
    });
}
