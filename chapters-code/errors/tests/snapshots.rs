//! What each listing of the error pages prints, and what about that is guaranteed.
//!
//! A listing whose `main` returns its error ends with exit code 1.

use records::{End, check, exact};

#[test]
fn argument_read_as_another() {
    check!("argument_read_as_another", exact());
}

#[test]
fn argument_that_cannot_be_read() {
    check!("argument_that_cannot_be_read", exact().ends([End::Exit(1)]));
}

#[test]
fn calls_forbidden() {
    check!("calls_forbidden", exact());
}

#[test]
fn closed_while_running() {
    check!("closed_while_running", exact());
}

#[test]
fn divided_by_zero() {
    check!("divided_by_zero", exact().ends([End::Exit(1)]));
}

#[test]
fn executable_of_another_build() {
    check!("executable_of_another_build", exact().ends([End::Exit(1)]));
}

#[test]
fn executable_that_is_not_there() {
    check!("executable_that_is_not_there", exact());
}

#[test]
fn exit_in_the_target() {
    check!("exit_in_the_target", exact().ends([End::Exit(1)]));
}

#[test]
fn forked_while_panicking() {
    check!("forked_while_panicking", exact());
}

#[test]
fn forked_with_two_threads() {
    check!("forked_with_two_threads", exact());
}

#[test]
fn forkserver_killed_each_time() {
    check!("forkserver_killed_each_time", exact().ends([End::Exit(1)]));
}

#[test]
fn init_off_the_main_thread() {
    check!("init_off_the_main_thread", exact().ends([End::Exit(1)]));
}

#[test]
fn joined_a_second_time() {
    check!("joined_a_second_time", exact());
}

#[test]
fn joined_in_a_copy() {
    check!("joined_in_a_copy", exact());
}

#[test]
fn more_things_than_descriptors() {
    check!("more_things_than_descriptors", exact());
}

#[test]
fn name_with_a_null_byte() {
    check!("name_with_a_null_byte", exact());
}

#[test]
fn path_that_is_not_text() {
    check!("path_that_is_not_text", exact());
}

#[test]
fn preload_hook_panics() {
    check!("preload_hook_panics", exact().ends([End::Exit(1)]));
}

#[test]
fn preload_hook_too_late() {
    check!("preload_hook_too_late", exact().ends([End::Exit(1)]));
}

#[test]
fn result_that_cannot_be_read() {
    check!("result_that_cannot_be_read", exact().ends([End::Exit(1)]));
}

#[test]
fn result_that_is_an_open_file() {
    check!("result_that_is_an_open_file", exact());
}

#[test]
fn second_choice_of_method() {
    check!("second_choice_of_method", exact());
}

#[test]
fn start_from_a_daemon() {
    check!("start_from_a_daemon", exact());
}

#[test]
fn start_in_a_preload_hook() {
    check!("start_in_a_preload_hook", exact());
}

#[test]
fn started_at_the_exit() {
    check!("started_at_the_exit", exact());
}

#[test]
fn started_by_the_loader() {
    check!("started_by_the_loader", exact().ends([End::Exit(1)]));
}

#[test]
fn target_renamed() {
    check!("target_renamed", exact());
}

#[test]
fn thread_in_the_child_only() {
    check!("thread_in_the_child_only", exact().ends([End::Exit(1)]));
}

#[test]
fn variable_without_a_name() {
    check!("variable_without_a_name", exact());
}

#[test]
fn work_damaged_by_a_launcher() {
    check!("work_damaged_by_a_launcher", exact().ends([End::Exit(1)]));
}
