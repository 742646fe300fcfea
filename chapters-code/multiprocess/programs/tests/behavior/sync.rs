//! Locks and memory that processes share: that they work across processes, and that a killed process is in nobody's way.

use crate::common::{program, seeded, tell};
use crate::methods::every_method;

#[test]
fn nine_processes_share_every_lock_and_no_count_is_lost() {
    every_method(|_| {
        program!("shares_locks").untraced().run().prints(&[
            "turns: 8, in time: true",
            "leaders: 1",
            "mutex: 4000",
            "lock: 4000",
            "recursive lock: 4000",
            "permits: 3 free, at most 3 used: true",
            "value: 2000",
            "array: [4000, 4000, 4000, 4000]",
            "numbers: [0, 0, 0, 0, 0, 0, 0, 0]",
            "bytes: [1, 2, 3, 4, 5, 6, 7, 8]",
        ]);
    });
}

#[test]
fn what_a_killed_process_held_goes_to_the_next() {
    every_method(|_| {
        program!("kills_holders").run().prints(&[
            "mutex, before: Err(\"the lock is held by another thread or process\")",
            "mutex: poisoned [7, 0], soon: true",
            "mutex, after: [7, 7], poisoned: false",
            "semaphore, before: 0 free",
            "semaphore: got one: true, soon: true",
            "semaphore, after: 2 free",
            "barrier: broken, the other: broken",
            "barrier, after: [true, true, true]",
            "memory, before: taken: true",
            "memory: gone: true, kept: [116, 101, 120, 116]",
            "memory, after: true",
        ]);
    });
}

#[test]
fn a_child_that_is_started_under_a_lock_has_no_part_in_it() {
    every_method(|_| {
        program!("starts_holding_a_lock").run().prints(&[
            "held: true",
            "free: 0",
            "child: would block: true",
            "child: free: 0",
            "child: other lock: true",
            "child: then: Ok(2)",
            "after: 2, 1 free",
        ]);
    });
}

#[test]
fn no_signal_and_no_stopped_holder_moves_a_time_limit() {
    every_method(|_| {
        let ran = program!("waits_in_a_storm").untraced().run();
        assert_eq!(
            ran.lines(),
            [
                "mutex: true, in time: true",
                "recursive lock: true, in time: true",
                "semaphore: true, in time: true",
                "event: true, in time: true",
                "condition: true, in time: true",
                "barrier: true, in time: true",
                "poisoned: true",
                "poisoned: true",
                "free: true",
            ],
            "{ran:?}"
        );
    });
}

fn killed(what: &str) {
    every_method(|_| {
        let ran = seeded(program!("kills_sharers").arg(what)).repeats(50, 500).run();
        assert_eq!(ran.stdout(), "true\n", "{ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn killed_at_any_moment_with_a_mutex_the_others_go_on() {
    killed("mutex");
}

#[test]
fn killed_at_any_moment_with_a_recursive_lock_the_others_go_on() {
    killed("rlock");
}

#[test]
fn killed_at_any_moment_with_permits_the_others_get_them() {
    killed("semaphore");
}

#[test]
fn killed_at_any_moment_at_a_condition_no_other_notification_is_lost() {
    killed("condition");
}

#[test]
fn killed_at_any_moment_at_a_barrier_all_get_through_or_nobody() {
    killed("barrier");
}

#[test]
fn killed_at_any_moment_with_an_event_the_others_go_on() {
    killed("event");
}

#[test]
fn killed_at_any_moment_an_owner_leaves_its_name_free() {
    killed("memory");
}
