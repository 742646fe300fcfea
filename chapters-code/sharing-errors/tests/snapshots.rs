//! What each listing of these error pages prints, and what about that is guaranteed.

use records::{check, exact};

#[test]
fn barrier_one_missing() {
    check!("barrier_one_missing", exact());
}

#[test]
fn bytes_for_a_value() {
    check!("bytes_for_a_value", exact());
}

#[test]
fn descriptor_in_a_queue() {
    check!("descriptor_in_a_queue", exact());
}

#[test]
fn end_in_a_static() {
    check!("end_in_a_static", exact());
}

#[test]
fn foreign_bytes() {
    check!("foreign_bytes", exact());
}

#[test]
fn holder_killed() {
    check!("holder_killed", exact());
}

#[test]
fn last_sender_gone() {
    check!("last_sender_gone", exact());
}

#[test]
fn lock_held() {
    check!("lock_held", exact());
}

#[test]
fn locked_twice() {
    check!("locked_twice", exact());
}

#[test]
fn memory_by_name() {
    check!("memory_by_name", exact());
}

#[test]
fn message_too_long() {
    check!("message_too_long", exact());
}

#[test]
fn no_descriptor_left() {
    check!("no_descriptor_left", exact());
}

#[test]
fn nothing_sent() {
    check!("nothing_sent", exact());
}

#[test]
fn permit_refused() {
    check!("permit_refused", exact());
}

#[test]
fn pool_closed() {
    check!("pool_closed", exact());
}

#[test]
fn pool_initializer_fails() {
    check!("pool_initializer_fails", exact());
}

#[test]
fn pool_interrupted() {
    check!("pool_interrupted", exact());
}

#[test]
fn pool_path_that_is_not_text() {
    check!("pool_path_that_is_not_text", exact());
}

#[test]
fn pool_time_limit() {
    check!("pool_time_limit", exact());
}

#[test]
fn queue_of_two() {
    check!("queue_of_two", exact());
}

#[test]
fn receiver_gone() {
    check!("receiver_gone", exact());
}

#[test]
fn receiver_out_of_descriptors() {
    check!("receiver_out_of_descriptors", exact());
}

#[test]
fn sender_killed() {
    check!("sender_killed", exact());
}

#[test]
fn tasks_without_a_worker() {
    check!("tasks_without_a_worker", exact());
}

#[test]
fn waits_forbidden() {
    check!("waits_forbidden", exact());
}

#[test]
fn worker_killed_at_a_task() {
    check!("worker_killed_at_a_task", exact());
}
