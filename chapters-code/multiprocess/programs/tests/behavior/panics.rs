//! A child's panic: what its parent is told, and what standard error shows.

use std::time::Duration;

use supervisor::share;

use crate::common::{Ran, program};
use crate::methods::every_method;

fn panics(how: &str, message: &str) -> Ran {
    let ran = program!("panics").arg(how).run();
    assert!(ran.lines()[0].starts_with(&format!("Process-1: {message:?} at ")), "{ran:?}");
    assert_eq!(ran.lines()[1], "with a backtrace: false");
    ran
}

/// The place of the line of `panics.rs` that holds the text.
fn place(text: &str) -> String {
    let source = include_str!("../../src/bin/panics.rs");
    let (index, line) =
        source.lines().enumerate().find(|(_, line)| line.contains(text)).expect("the program has the line");
    let file = "chapters-code/multiprocess/programs/src/bin/panics.rs";
    format!("{file}:{}:{}", index + 1, line.find(text).expect("it has") + 1)
}

#[test]
fn the_message_and_the_place_of_a_panic_arrive() {
    every_method(|_| {
        for (how, message, text) in [
            ("str", "a plain message", "panic!(\"a plain"),
            ("string", "a message with 42", "panic!(\"a message"),
            ("value", "the panic carries a value that is not text", "panic_any(42)"),
            ("result", "it works: ParseIntError { kind: InvalidDigit }", "expect(\"it works"),
        ] {
            let ran = panics(how, message);
            let place = place(text);
            assert_eq!(ran.lines()[0], format!("Process-1: {message:?} at {place}"));
            assert_eq!(ran.stderr(), format!("Process-1 panicked at {place}: {message}\n"));
        }
    })
}

#[test]
fn a_resumed_panic_is_not_given_the_place_of_an_earlier_one() {
    every_method(|_| {
        let ran = panics("resumed", "resumed");
        assert_eq!(ran.lines()[0], "Process-1: \"resumed\" at nowhere");
    })
}

#[test]
fn a_backtrace_comes_when_the_environment_asks_for_it() {
    every_method(|_| {
        let ran = program!("panics").arg("str").env("RUST_BACKTRACE", "1").run();
        assert_eq!(ran.lines()[1], "with a backtrace: true", "{ran:?}");
        // In the first line, and among the frames, where the path may be written from another folder.
        let place = place("panic!(\"a plain");
        let short = place.trim_start_matches("chapters-code/multiprocess/programs/");
        assert!(ran.stderr().matches(short).count() > 1, "{ran:?}");
    })
}

/// Of a report that a pipe takes in one piece, 4096 bytes (pipe(7)).
#[test]
fn reports_of_children_that_panic_together_do_not_mix() {
    every_method(|_| {
        for _ in 0..share::times(3, 20) {
            let ran = program!("panics_together").arg("3000").run();
            let said = ran.stderr();
            assert_eq!(said.lines().count(), 8, "{said}");
            let mut names: Vec<&str> =
                said.lines().filter_map(|line| line.split_once(' ')).map(|line| line.0).collect();
            names.sort_unstable();
            assert_eq!(names, (1..=8).map(|n| format!("Process-{n}")).collect::<Vec<_>>());
            assert!(said.lines().all(|line| line.ends_with(&format!(": {}", "x".repeat(3000)))), "{said}");
        }
    })
}

#[test]
fn a_panic_beside_a_held_lock_of_standard_error_does_not_hang() {
    every_method(|_| {
        let program = program!("panics_while_stderr_is_held").within(Duration::from_secs(10));
        assert_eq!(program.run().lines(), ["Ok(true)"]);
    })
}

#[test]
fn a_panic_while_printing_is_a_panic() {
    every_method(|_| {
        let ran = program!("panics_while_printing").within(Duration::from_secs(10)).run();
        assert!(ran.stdout().ends_with(": in the middle of a line\n"), "{ran:?}");
        assert!(ran.stdout().starts_with("Panicked: "), "{ran:?}");
    })
}
