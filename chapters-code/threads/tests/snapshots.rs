//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact, refused};

#[test]
fn words_counted() {
    check!("words_counted", exact());
}

#[test]
fn words_counted_in_python() {
    check!("words_counted.py", exact());
}

#[test]
fn panic_ends_one_thread() {
    check!("panic_ends_one_thread", exact());
}

#[test]
fn thread_refused() {
    check!("thread_refused", exact());
}

#[test]
fn lent_to_a_scope() {
    check!("lent_to_a_scope", exact());
}

#[test]
fn sold_by_two() {
    check!("sold_by_two", exact());
}

#[test]
fn sold_by_two_in_python() {
    check!("sold_by_two.py", exact());
}

#[test]
fn own_copy_each() {
    check!("own_copy_each", exact());
}

#[test]
fn own_copy_each_in_python() {
    check!("own_copy_each.py", exact());
}

#[test]
fn log_never_closed() {
    check!("log_never_closed", exact());
}

#[test]
fn made_once() {
    check!("made_once", exact());
}

#[test]
fn left_by_the_last_task() {
    check!("left_by_the_last_task", exact());
}

#[test]
fn reset_after_each_task() {
    check!("reset_after_each_task", exact());
}

#[test]
fn borrowed_local() {
    refused!("borrowed_local", "E0373");
}

#[test]
fn used_after_move() {
    refused!("used_after_move", "E0382");
}

#[test]
fn rc_sent() {
    refused!("rc_sent", "E0277");
}

#[test]
fn cell_shared() {
    refused!("cell_shared", "E0277");
}

/// What `kernel_keeps_fifteen_bytes` prints of its main thread.
const TASK: &str = "tid <pid of main>: \"kernel_keeps_fi\"";

#[test]
fn asks_who_it_is() {
    check!(
        "asks_who_it_is",
        exact().but_not_guaranteed(
            "std promises different numbers, but not these"
        )
    );
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
    check!(
        "two_unparks_one_token",
        exact()
            .ends([End::Deadline])
            .but_not_guaranteed("a park may also end without an unpark")
    );
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
    check!(
        "gives_up_on_a_thread",
        exact().but_not_guaranteed(
            "a very busy machine may need more than five seconds"
        )
    );
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
    check!(
        "spins_until_ready",
        exact().but_not_guaranteed(
            "a thread may also sleep while the kernel reads a page"
        )
    );
}

#[test]
fn sleeps_or_not() {
    check!(
        "sleeps_or_not",
        exact().but_not_guaranteed(
            "a thread may also sleep while the kernel reads a page"
        )
    );
}

#[test]
fn cancelled_timer() {
    check!("cancelled_timer", exact());
}

#[test]
fn cancelled_timer_in_python() {
    check!("cancelled_timer.py", exact());
}

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
    check!(
        "two_stations_fail",
        exact().but_not_guaranteed(
            "a very busy machine may need more than a second"
        )
    );
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
