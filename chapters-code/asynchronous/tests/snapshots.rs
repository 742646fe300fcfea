//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

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
fn callbacks_nested() {
    check!("callbacks_nested", exact());
}

#[test]
fn steps_as_states() {
    check!("steps_as_states", exact());
}

#[test]
fn steps_awaited() {
    let mut promise = any_order();
    for (name, number) in [("Ann", "1234"), ("Ben", "5678")] {
        let [asks, has] = [
            format!("the client asks for {name}"),
            format!("the directory has {number}"),
        ];
        promise = promise
            .before(&asks, &has)
            .before(&has, format!("the client says thanks for {number}"));
    }
    check!("steps_awaited", promise);
}

#[test]
fn slow_callback_delays_all() {
    check!("slow_callback_delays_all", exact());
}

#[test]
fn work_beside_the_loop() {
    check!("work_beside_the_loop", exact());
}
