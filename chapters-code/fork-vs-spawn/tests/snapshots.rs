//! What each listing of the chapters on start methods prints, and what about that is guaranteed.

use records::{End, check, exact};

#[test]
fn set_before_the_start() {
    check!("set_before_the_start", exact());
}

#[test]
fn set_before_the_start_in_python() {
    check!("set_before_the_start.py", exact());
}

#[test]
fn what_each_inherits() {
    check!("what_each_inherits", exact());
}

#[test]
fn printed_twice() {
    check!("printed_twice", exact());
}

#[test]
fn printed_twice_in_python() {
    check!("printed_twice.py", exact());
}

#[test]
fn flushed_at_the_start() {
    check!("flushed_at_the_start", exact());
}

#[test]
fn lock_held_at_the_fork() {
    check!("lock_held_at_the_fork", exact().ends([End::Deadline]));
}

#[test]
fn fork_beside_a_thread() {
    check!("fork_beside_a_thread", exact());
}

#[test]
fn same_numbers_twice() {
    check!("same_numbers_twice", exact());
}

#[test]
fn same_numbers_twice_in_python() {
    check!("same_numbers_twice.py", exact());
}

#[test]
fn copied_on_write() {
    check!(
        "copied_on_write",
        exact().but_not_guaranteed(
            "the kernel may map several pages at one fault"
        )
    );
}

#[test]
fn guard_dropped_twice() {
    check!("guard_dropped_twice", exact());
}

#[test]
fn guard_dropped_once() {
    check!("guard_dropped_once", exact());
}

#[test]
fn one_position_for_both() {
    check!("one_position_for_both", exact());
}

#[test]
fn sixteen_from_the_server() {
    check!("sixteen_from_the_server", exact());
}

#[test]
fn two_from_the_server() {
    check!("two_from_the_server", exact());
}

#[test]
fn two_from_the_server_in_python() {
    check!("two_from_the_server.py", exact());
}

#[test]
fn table_preloaded() {
    check!("table_preloaded", exact());
}

#[test]
fn table_preloaded_in_python() {
    check!("table_preloaded.py", exact());
}

#[test]
fn thread_left_by_the_hook() {
    check!("thread_left_by_the_hook", exact().ends([End::Exit(1)]));
}

#[test]
fn server_killed() {
    check!("server_killed", exact());
}

#[test]
fn server_killed_in_python() {
    check!("server_killed.py", exact());
}

#[test]
fn numbers_drawn_by_the_hook() {
    check!("numbers_drawn_by_the_hook", exact());
}

#[test]
fn three_methods() {
    check!("three_methods", exact());
}

#[test]
fn three_methods_in_python() {
    check!("three_methods.py", exact());
}

#[test]
fn chosen_twice() {
    check!("chosen_twice", exact().ends([End::Exit(1)]));
}

#[test]
fn library_with_a_context() {
    check!("library_with_a_context", exact());
}

#[test]
fn choice_handed_down() {
    check!("choice_handed_down", exact());
}

#[test]
fn choice_handed_down_in_python() {
    check!("choice_handed_down.py", exact());
}

#[test]
fn method_by_name() {
    check!("method_by_name", exact());
}
