//! Queues: values among processes, and what becomes of them when processes are killed.

use crate::common::{Ran, program, seeded, tell};
use crate::methods::every_method;

const DISCONNECTED: &str = "Err(there is nothing more to receive, because every sender is gone)";
const NO_RECEIVER: &str = "the value was not sent, because every receiver is gone";

fn queues_end(variation: &str) -> Ran {
    program!("queues_end").arg(variation).run()
}

#[test]
fn each_value_of_many_senders_goes_to_one_of_many_receivers() {
    every_method(|_| {
        program!("queues_among_many").run().prints(&[
            "1, 4096: true",
            "100, 4096: true",
            "1000, 1048576: true",
        ]);
    });
}

#[test]
fn senders_and_receivers_killed_at_any_moment_lose_one_value_at_most() {
    every_method(|_| {
        let ran = seeded(program!("queues_kill")).repeats(50, 1200).run();
        assert_eq!(ran.stdout(), "true\n", "too few were killed: {ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn the_kill_of_the_last_sender_is_seen_after_its_values() {
    every_method(|_| {
        let values = r#"["first", "second"]"#;
        queues_end("sender").prints(&[values, DISCONNECTED, DISCONNECTED, "true", DISCONNECTED]);
    });
}

#[test]
fn the_kill_of_the_last_receiver_gives_the_value_back() {
    every_method(|_| {
        let [back, refused] = [format!("\"kept\" {NO_RECEIVER} true"), format!("Err({NO_RECEIVER})")];
        queues_end("receiver").prints(&["Ok(4)", "true", &back, &refused]);
    });
}

#[test]
fn a_queue_is_waited_for_beside_a_child() {
    every_method(|_| {
        queues_end("waits").prints(&["[]", "[]", "[0]", DISCONNECTED, "0", "Ok('x')"]);
    });
}

#[test]
fn signals_do_not_shorten_a_wait_at_a_queue() {
    every_method(|_| {
        queues_end("signals").prints(&[
            "Err(nothing to receive came within the time limit)",
            "Err(the value was not sent, because there was no room for it within the time limit)",
            "true",
        ]);
    });
}

#[test]
fn a_thousand_round_trips_on_one_cpu_do_not_wait_for_time_slices() {
    every_method(|_| {
        let ran = queues_end("one_cpu");
        assert_eq!(ran.stdout(), "done\n", "{ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn a_stopped_receiver_holds_up_no_call_that_has_a_limit() {
    every_method(|_| {
        let late = "Err(the value was not sent, because there was no room for it within the time limit)";
        // A tracer would see the stop, too.
        program!("queues_end").arg("stopped").untraced().run().prints(&[late, "true", "[1, 2, 3, 4]"]);
    });
}

#[test]
fn a_damaged_queue_gives_errors() {
    every_method(|_| {
        let reason =
            "what the processes share is damaged: the positions in a queue's memory contradict each other";
        let sent = format!("Err(the value was not sent, because {reason})");
        let received = format!("Err(nothing was received, because {reason})");
        queues_end("damaged").prints(&[&sent, &sent, &received, &received, &received]);
    });
}

#[test]
fn a_join_of_tasks_reports_those_of_workers_killed_at_any_moment() {
    every_method(|_| {
        let ran = seeded(program!("queues_tasks")).repeats(25, 600).run();
        assert_eq!(ran.stdout(), "true\n", "too few were killed: {ran:?}");
        tell(&ran.stderr());
    });
}
