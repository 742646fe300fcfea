//! What can be asked of a child and done with it, and waiting for several things.

use crate::common::{Program, program, seeded};
use crate::methods::every_method;

/// Traced, which makes a child that has ended its parent's to collect only later, and untraced.
fn both(program: impl Fn() -> Program, lines: &[&str]) {
    program().run().prints(lines);
    program().untraced().run().prints(lines);
}

#[test]
fn a_handle_answers_before_and_after_the_end() {
    every_method(|_| {
        both(
            || program!("handles"),
            &[
                "alive: true, status: None",
                "Ok(None)",
                "Ok(None)",
                "StillRunning: Process-1 (pid <pid>) is still running: join it, or terminate it, before closing its handle",
                "Killed: Process-1 (pid <pid>) was ended by signal SIGTERM",
                "alive: false, status: Some(Signal { signal: 15, core_dumped: false })",
                "AlreadyJoined: Process-1 (pid <pid>) has been joined already: a result is handed out once",
                "closed: true",
                "Killed: Process-2 (pid <pid>) was ended by signal SIGINT",
                "Killed: Process-3 (pid <pid>) was ended by signal SIGKILL",
                "status: Some(Code(0))",
                "Ok(Some(42))",
                "closed: true",
            ],
        );
    });
}

#[test]
fn a_sentinel_is_ready_at_the_end_of_the_child_and_not_of_a_grandchild() {
    every_method(|_| {
        both(|| program!("outlived_by_a_grandchild"), &["[]", "[0]", "the grandchild runs: true"])
    });
}

#[test]
fn active_children_are_those_that_have_not_ended() {
    every_method(|_| {
        let after = r#"["Process-2 true"]"#;
        both(
            || program!("active"),
            &[
                "[]",
                r#"["Process-1 false", "Process-2 true", "third false"]"#,
                r#"["Process-2 true", "third false"]"#,
                after,
                "Killed: Process-1 (pid <pid>) was ended by signal SIGKILL",
                after,
                "[]",
            ],
        );
    });
}

#[test]
fn a_wait_gives_what_is_ready_and_no_more() {
    every_method(|_| {
        let ready = "ready: [1, 2, 3, 5, 6, 8, 10]";
        both(
            || program!("waits"),
            &[
                ready,
                ready,
                ready,
                "ready: []",
                "ready: []",
                "ready: []",
                "ready: []",
                "ready: [0]",
                "Ok([])",
                "WaitForSeveral: 101 things could not be waited for: Invalid argument (os error 22)",
            ],
        );
    });
}

#[test]
fn a_wait_for_things_drawn_at_random_gives_exactly_those_that_are_ready() {
    every_method(|_| {
        let ran = seeded(program!("waits_for_random_sets")).repeats(2000, 100_000).run();
        assert_eq!(ran.stdout(), "true\n", "too few sets of which none, or all, are ready: {ran:?}");
    });
}

#[test]
fn a_thousand_children_are_waited_for_with_2048_descriptors() {
    every_method(|_| {
        program!("waits_for_a_thousand").untraced().run().prints(&[
            "ready: []",
            "ready: [617]",
            "Killed: Process-619 (pid <pid>) was ended by signal SIGKILL",
            "true",
            "true",
            &(999 * 1000 / 2 - 617).to_string(),
        ]);
    });
}

#[test]
fn several_threads_wait_for_the_same_children() {
    every_method(|_| both(|| program!("waits_on_two_threads"), &["[0]", "42", "42"]));
}
