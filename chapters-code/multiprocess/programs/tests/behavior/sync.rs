//! Locks and memory that processes share: that they work across processes, and that a killed process is in nobody's way.

use std::time::Duration;

use supervisor::share;

use crate::common::{program, seeded, tell};
use crate::methods::{every_method, no_method};

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

#[test]
fn no_wait_with_a_limit_depends_on_the_wall_clock() {
    no_method("it is about waits, and starts a process for one of them only", || {
        let ran = program!("waits_by_the_monotonic_clock").untraced().run();
        let lines = ran.lines();
        let (controls, waits) = lines.split_at(2);
        assert!(controls.iter().all(|line| line.ends_with(": true, by the wall clock: true")), "{ran:?}");
        let (end, waits) = waits.split_last().expect("it prints something");
        assert_eq!((waits.len(), &**end), (16, "exit status: 0"), "{ran:?}");
        assert!(waits.iter().all(|line| line.ends_with(": true, by the wall clock: false")), "{ran:?}");
    });
}

#[test]
fn peers_that_are_stopped_hold_up_no_call_that_has_a_limit() {
    every_method(|_| {
        let stopped = share::times(500, 60_000);
        let program = program!("stops_for_a_while").untraced().env("STOPPED", stopped.to_string());
        let ran = program.within(Duration::from_millis(stopped + 60_000)).run();
        assert_eq!(
            ran.lines(),
            [
                "full: true",
                "in time: true",
                "added: 1",
                "received: [0, 1, 2, 3, 4, 5]",
                "message: true",
                "handed back: 1",
            ],
            "{ran:?}"
        );
        tell(&ran.stderr());
    });
}

#[test]
fn all_in_a_crowd_get_the_permit_in_the_end() {
    every_method(|_| {
        let ran = program!("waits_in_a_crowd").repeats(500, 10_000).run();
        assert_eq!(ran.lines(), ["timed out: true", "all: true", "free: 1"], "{ran:?}");
        tell(&ran.stderr());
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
