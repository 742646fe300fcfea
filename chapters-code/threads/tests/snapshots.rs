//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

/// What `kernel_keeps_fifteen_bytes` prints of its main thread.
const TASK: &str = "tid <pid of main>: \"kernel_keeps_fi\"";

/// That the numbers count from 1 is what std does, not what it promises.
#[test]
fn asks_who_it_is() {
    check!("asks_who_it_is", exact());
}

#[test]
fn asks_who_it_is_in_python() {
    check!("asks_who_it_is.py", exact());
}

/// The threads speak in any order, and the kernel lists them in any order, but after both have spoken.
#[test]
fn kernel_keeps_fifteen_bytes() {
    let promise = any_order()
        .before("a thread: Some(\"thumbnail-maker-1\")", TASK)
        .before("a thread: Some(\"thumbnail-maker-2\")", TASK);
    check!("kernel_keeps_fifteen_bytes", promise);
}

#[test]
fn two_unparks_one_token() {
    check!("two_unparks_one_token", exact().ends([End::Deadline]));
}

#[test]
fn parks_until_both_are_ready() {
    check!("parks_until_both_are_ready", exact());
}

#[test]
fn pinned_to_one_cpu() {
    check!("pinned_to_one_cpu", exact());
}

#[test]
fn main_ends_first() {
    check!("main_ends_first", exact());
}

#[test]
fn main_ends_first_in_python() {
    check!("main_ends_first.py", exact());
}

#[test]
fn gives_up_on_a_thread() {
    check!("gives_up_on_a_thread", exact());
}

#[test]
fn gives_up_on_a_thread_in_python() {
    check!("gives_up_on_a_thread.py", exact());
}

#[test]
fn first_answer_wins() {
    check!("first_answer_wins", exact());
}

#[test]
fn spins_until_ready() {
    check!("spins_until_ready", exact());
}

#[test]
fn sleeps_or_not() {
    check!("sleeps_or_not", exact());
}

#[test]
fn cancelled_timer() {
    check!("cancelled_timer", exact());
}

#[test]
fn cancelled_timer_in_python() {
    check!("cancelled_timer.py", exact());
}
