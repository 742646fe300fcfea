//! What each listing of the two chapters prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

#[test]
fn join_with_deadline() {
    check!("join_with_deadline", exact());
}

#[test]
fn join_with_deadline_in_python() {
    check!("join_with_deadline.py", exact());
}

#[test]
fn asked_before_and_after() {
    check!("asked_before_and_after", exact());
}

#[test]
fn asked_before_and_after_in_python() {
    check!("asked_before_and_after.py", exact());
}

#[test]
fn zombie_seen() {
    check!("zombie_seen", exact());
}

#[test]
fn collected_by_hand() {
    check!("collected_by_hand", exact());
}

#[test]
fn term_ignored() {
    check!("term_ignored", exact());
}

#[test]
fn term_ignored_in_python() {
    check!("term_ignored.py", exact());
}

#[test]
fn stops_when_asked() {
    check!("stops_when_asked", exact());
}

#[test]
fn waits_for_all() {
    check!("waits_for_all", exact());
}

#[test]
fn waits_for_all_in_python() {
    check!("waits_for_all.py", exact());
}

#[test]
fn polled_by_sleeping() {
    check!("polled_by_sleeping", exact());
}

#[test]
fn child_stolen() {
    check!("child_stolen", exact());
}

#[test]
fn child_stolen_in_python() {
    check!("child_stolen.py", exact());
}

#[test]
fn own_child_only() {
    check!("own_child_only", exact());
}

#[test]
fn sigchld_ignored() {
    check!("sigchld_ignored", exact());
}

#[test]
fn waits_before_reading() {
    check!("waits_before_reading", exact().ends([End::Deadline]));
}

#[test]
fn reads_before_waiting() {
    check!("reads_before_waiting", exact());
}

#[test]
fn wait_interrupted() {
    check!("wait_interrupted", exact());
}

#[test]
fn wait_interrupted_in_python() {
    check!("wait_interrupted.py", exact());
}

#[test]
fn first_of_three() {
    check!("first_of_three", any_order());
}

#[test]
fn first_of_three_in_python() {
    check!("first_of_three.py", any_order());
}

#[test]
fn first_by_hand() {
    check!("first_by_hand", exact());
}

#[test]
fn results_as_they_come() {
    let end = "all are here";
    let promise = any_order()
        .before("the square of 1 is 1", end)
        .before("the square of 2 is 4", end)
        .before("the square of 3 is 9", end);
    check!("results_as_they_come", promise);
}

#[test]
fn results_as_they_come_in_python() {
    let end = "all are here";
    let promise = any_order()
        .before("the square of 1 is 1", end)
        .before("the square of 2 is 4", end)
        .before("the square of 3 is 9", end);
    check!("results_as_they_come.py", promise);
}

#[test]
fn strategies_race() {
    check!("strategies_race", exact());
}

#[test]
fn process_or_socket() {
    check!("process_or_socket", exact());
}

#[test]
fn deadline_for_all() {
    check!("deadline_for_all", exact());
}

#[test]
fn first_by_start_order() {
    check!("first_by_start_order", exact());
}

#[test]
fn losers_forgotten() {
    check!("losers_forgotten", exact().ends([End::Deadline]));
}

#[test]
fn exactly_the_ready() {
    check!("exactly_the_ready", exact());
}

#[test]
fn awaited_with_tokio() {
    check!("awaited_with_tokio", exact());
}
