//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

#[test]
fn longest_by_threads() {
    check!("longest_by_threads", exact());
}

#[test]
fn longest_by_threads_in_python() {
    check!("longest_by_threads.py", exact());
}

#[test]
fn all_four_wait() {
    check!("all_four_wait", exact());
}

#[test]
fn all_four_wait_in_python() {
    check!("all_four_wait.py", exact());
}

#[test]
fn sum_per_thread() {
    check!("sum_per_thread", exact());
}

#[test]
fn sum_per_thread_in_python() {
    check!("sum_per_thread.py", exact());
}

#[test]
fn lock_per_term() {
    check!("lock_per_term", exact());
}

#[test]
fn counters_share_a_line() {
    check!("counters_share_a_line", exact());
}

#[test]
fn asked_in_turn() {
    check!("asked_in_turn", exact().ends([End::Deadline]));
}

#[test]
fn asked_at_once() {
    check!("asked_at_once", exact());
}

#[test]
fn asked_at_once_in_python() {
    check!("asked_at_once.py", exact());
}

#[test]
fn two_stations_fail() {
    check!("two_stations_fail", exact());
}

#[test]
fn four_at_a_time() {
    let end = "at most 4 at a time";
    let answer = |number: u32| format!("station {number}: 12 °C");
    let promise = (0..12).fold(any_order(), |promise, number| {
        promise.before(answer(number), end)
    });
    check!("four_at_a_time", promise);
}
