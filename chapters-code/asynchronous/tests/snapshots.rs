//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

#[test]
fn waits_or_computes() {
    check!(
        "waits_or_computes",
        exact().but_not_guaranteed(
            "a very busy machine may starve a task that computes"
        )
    );
}

#[test]
fn waits_or_computes_in_python() {
    check!(
        "waits_or_computes.py",
        exact().but_not_guaranteed(
            "a very busy machine may starve a task that computes"
        )
    );
}

#[test]
fn waits_add_up() {
    check!("waits_add_up", exact());
}

#[test]
fn waits_by_asking() {
    check!(
        "waits_by_asking",
        exact().but_not_guaranteed(
            "a very busy machine may starve a task that computes"
        )
    );
}

#[test]
fn clock_jumps() {
    check!(
        "clock_jumps",
        exact().but_not_guaranteed("the kernel decides how long a turn is")
    );
}

#[test]
fn shared_or_copied() {
    check!("shared_or_copied", exact());
}

#[test]
fn shared_or_copied_in_python() {
    check!("shared_or_copied.py", exact());
}

#[test]
fn crash_ends_its_threads() {
    check!("crash_ends_its_threads", exact());
}

#[test]
fn turns_on_one_cpu() {
    check!("turns_on_one_cpu", exact());
}

#[test]
fn waits_overlap() {
    check!("waits_overlap", exact());
}

#[test]
fn waits_overlap_in_python() {
    check!("waits_overlap.py", exact());
}

#[test]
fn first_part_is_serial() {
    check!("first_part_is_serial", exact());
}

#[test]
fn update_lost() {
    check!("update_lost", exact());
}

#[test]
fn update_lost_in_python() {
    check!("update_lost.py", exact());
}

#[test]
fn update_kept() {
    check!("update_kept", exact());
}

#[test]
fn two_locks_crosswise() {
    check!("two_locks_crosswise", exact().ends([End::Deadline]));
}

#[test]
fn two_locks_in_one_order() {
    check!("two_locks_in_one_order", exact());
}

#[test]
fn reads_in_turn() {
    check!("reads_in_turn", exact().ends([End::Deadline]));
}

#[test]
fn answers_whoever_speaks() {
    check!("answers_whoever_speaks", exact());
}

#[test]
fn answers_whoever_speaks_in_python() {
    check!("answers_whoever_speaks.py", exact());
}

#[test]
fn steps_block() {
    check!("steps_block", exact());
}

#[test]
fn callbacks_nested() {
    check!("callbacks_nested", exact());
}

#[test]
fn steps_as_states() {
    check!("steps_as_states", exact());
}

#[test]
fn steps_awaited() {
    let promise = any_order()
        .before("the client asks for Ann", "the directory has 1234")
        .before("the directory has 1234", "the client says thanks for 1234")
        .before(
            "the client asks for Eve",
            "the client that asked for Eve gets nothing: no such person",
        );
    check!("steps_awaited", promise);
}

#[test]
fn slow_callback_delays_all() {
    check!("slow_callback_delays_all", exact());
}

#[test]
fn thread_per_client() {
    check!("thread_per_client", exact());
}

#[test]
fn work_beside_the_loop() {
    check!("work_beside_the_loop", exact());
}
