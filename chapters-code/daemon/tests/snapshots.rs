//! What each listing of the chapter prints, and what about that is guaranteed.

use std::time::Duration;

use records::{End, any_order, check, exact};

/// How long a program in Python that would run for ever may run.
const LONG_ENOUGH: Duration = Duration::from_secs(4);

const KILLED: End = End::Signal(9);

#[test]
fn helper_keeps_main() {
    check!("helper_keeps_main", exact().ends([End::Deadline]));
}

#[test]
fn helper_ends_with_main() {
    check!("helper_ends_with_main", exact());
}

#[test]
fn helper_ends_with_main_in_python() {
    check!("helper_ends_with_main.py", exact());
}

#[test]
fn daemon_goes_first() {
    check!("daemon_goes_first", exact());
}

#[test]
fn worker_is_joined() {
    check!("worker_is_joined", exact());
}

#[test]
fn terminated_in_mid_work() {
    check!("terminated_in_mid_work", exact());
}

#[test]
fn terminated_in_mid_work_in_python() {
    check!("terminated_in_mid_work.py", exact());
}

#[test]
fn report_is_awaited() {
    check!(
        "report_is_awaited",
        exact().but_not_guaranteed(
            "a very busy machine may need more than eight seconds"
        )
    );
}

#[test]
fn finishes_when_told() {
    check!("finishes_when_told", exact());
}

#[test]
fn ignores_sigterm() {
    check!("ignores_sigterm", exact());
}

/// Python sends no second signal. Its interpreters take a while to start.
#[test]
fn ignores_sigterm_in_python() {
    check!(
        "ignores_sigterm.py",
        exact().within(LONG_ENOUGH).ends([End::Deadline])
    );
}

#[test]
fn daemon_starts_nothing() {
    check!("daemon_starts_nothing", exact());
}

#[test]
fn daemon_starts_nothing_in_python() {
    check!("daemon_starts_nothing.py", exact());
}

#[test]
fn orphaned_grandchild() {
    check!("orphaned_grandchild", exact());
}

#[test]
fn command_outlives_daemon() {
    check!("command_outlives_daemon", exact());
}

#[test]
fn killed_parent() {
    check!("killed_parent", exact().ends([KILLED]));
}

/// Both children print; which first, nobody knows.
#[test]
fn killed_parent_in_python() {
    let first = "main is killed";
    let promise = any_order()
        .before(first, "the worker is here, its parent is gone")
        .before(first, "the helper is here, its parent is gone");
    check!("killed_parent.py", promise.ends([KILLED]));
}

#[test]
fn copy_holds_the_pipe() {
    check!("copy_holds_the_pipe", exact().ends([KILLED]));
}

#[test]
fn ends_with_its_thread() {
    check!("ends_with_its_thread", exact());
}

#[test]
fn outlives_its_thread() {
    check!("outlives_its_thread", exact());
}

#[test]
fn ways_out() {
    check!("ways_out", exact());
}

#[test]
fn unix_daemon() {
    check!("unix_daemon", exact());
}

#[test]
fn leader_gets_a_terminal() {
    check!("leader_gets_a_terminal", exact());
}
