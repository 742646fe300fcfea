//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{check, exact};

#[test]
fn waits_or_computes() {
    check!("waits_or_computes", exact());
}

#[test]
fn waits_or_computes_in_python() {
    check!("waits_or_computes.py", exact());
}

#[test]
fn waits_add_up() {
    check!("waits_add_up", exact());
}

#[test]
fn waits_by_asking() {
    check!("waits_by_asking", exact());
}

#[test]
fn clock_jumps() {
    check!("clock_jumps", exact());
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
