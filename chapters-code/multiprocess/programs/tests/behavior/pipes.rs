//! Pipes between processes, and what becomes of them when processes are killed.

use std::time::Duration;

use crate::common::{program, seeded, tell};
use crate::methods::{Method, every_method, no_method};

#[test]
fn values_of_any_length_and_ends_in_structures_go_to_children_and_back() {
    every_method(|_| {
        program!("pipes").run().prints(&[
            "0: true",
            "1: true",
            "1000: true",
            "131069: true",
            "131070: true",
            "1048576: true",
            "10485760: true",
            "nothing more: Err(there is nothing to receive now)",
            "answered: Ok(7)",
            "3 sums, together 50005000",
            "in 5 ms: Err(nothing to receive came within the time limit)",
            "ready: [0]",
            "then: Ok(7)",
            "at the end: Err(there is nothing more to receive, because every sender is gone)",
            "nothing is left: true",
        ]);
    });
}

#[test]
fn ends_go_through_pipes_and_outlive_the_process_that_made_them() {
    every_method(|_| {
        program!("pipes_in_pipes").run().prints(&[
            "the maker's pipe is closed: Err(there is nothing more to receive, because every sender is gone)",
            r#"the reader: Ok(["from the maker", "from the writer"])"#,
            "the file: written by a child",
            "nothing is left: true",
        ]);
    });
}

#[test]
fn a_sibling_that_is_started_later_holds_no_end_up() {
    every_method(|method| {
        let inherited = match method {
            Method::Fork => {
                "in a child: Some((\"Err(the value was not sent: sending it)\", \
                 \"Err(nothing was received: receiving it)\"))"
            }
            Method::Spawn | Method::Forkserver => "in a child: None",
        };
        program!("siblings_let_go_of_pipes").within(Duration::from_secs(30)).run().prints(&[
            "beside the second: Ok(Some(1))",
            "the second runs: true",
            "from the third: 1",
            "the second: Ok(Some(1))",
            inherited,
            "in its maker: Err(there is nothing to receive now)",
            "at the end: true",
        ]);
    });
}

#[test]
fn a_sender_that_is_stopped_in_a_long_message_holds_nothing_up_and_has_its_value_back() {
    every_method(|_| {
        let program = program!("stops_in_a_long_message").untraced();
        program.within(Duration::from_secs(40)).run().prints(&[
            "ready: [0]",
            "from the child: Err(nothing to receive came within the time limit)",
            "in time: true",
            "then: Ok(\"here\")",
            "again: Ok(8388608)",
            "in the child: Ok((true, 8388608, true))",
        ]);
    });
}

#[test]
fn without_descriptors_a_value_comes_back_or_is_lost_alone() {
    no_method("it starts no process", || {
        program!("pipes_without_descriptors").run().prints(&[
            "twenty: Err(nothing was received: taking the descriptors that are in a value)",
            "two: Ok(2)",
            "twenty to send: Err(the value was not sent, because it could not be serialized: Serde Serialization Error)",
            "a pipe: Err(a pipe could not be made: a pair of sockets)",
            "a long value: Err(the value was not sent: a stream for a long value)",
            "full: true, after some: true",
            "late: true",
            "received: true",
            "again: Ok(())",
            "the end: Err(there is nothing more to receive, because every sender is gone)",
        ]);
    });
}

/// Short messages, and messages that go through a stream of their own.
const LENGTHS: [&str; 2] = ["16", "1048576"];

fn kills(program: impl Fn() -> crate::common::Program) {
    every_method(|_| {
        for length in LENGTHS {
            let ran = seeded(program().arg(length)).repeats(50, 500).run();
            assert_eq!(ran.stdout(), "true\n", "{ran:?}");
            tell(&ran.stderr());
        }
    });
}

#[test]
fn senders_killed_at_any_moment_take_one_message_along_at_most() {
    kills(|| program!("kills_pipe_senders"));
}

#[test]
fn receivers_killed_at_any_moment_take_one_message_along_at_most() {
    kills(|| program!("kills_pipe_receivers"));
}

#[test]
fn makers_killed_at_any_moment_leave_pipes_that_work() {
    every_method(|_| {
        let ran = seeded(program!("kills_pipe_makers")).repeats(50, 500).run();
        assert_eq!(ran.stdout(), "true\n", "{ran:?}");
        tell(&ran.stderr());
    });
}
