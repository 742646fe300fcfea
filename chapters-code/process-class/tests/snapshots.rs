//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

// ANCHOR: hello
#[test]
fn hello() {
    check!("hello", exact());
}
// ANCHOR_END: hello

#[test]
fn one_bad_file() {
    check!("one_bad_file", exact());
}

#[test]
fn hello_in_python() {
    check!("hello.py", exact());
}

#[test]
fn by_hand() {
    check!("by_hand", exact());
}

#[test]
fn arguments() {
    check!("arguments", exact());
}

#[test]
fn arguments_in_python() {
    check!("arguments.py", exact());
}

#[test]
fn memory_is_not_shared() {
    check!("memory_is_not_shared", exact());
}

#[test]
fn memory_is_not_shared_in_python() {
    check!("memory_is_not_shared.py", exact());
}

#[test]
fn typed_result() {
    check!("typed_result", exact());
}

#[test]
fn result_in_a_result() {
    check!("result_in_a_result", exact());
}

#[test]
fn names() {
    check!("names", exact());
}

#[test]
fn names_in_python() {
    check!("names.py", exact());
}

#[test]
fn nested_names() {
    check!("nested_names", exact());
}

#[test]
fn three_at_once() {
    let end = "all three have ended";
    let promise = any_order()
        .before("all three are started", end)
        .before("Process-1 does task 1", end)
        .before("Process-2 does task 2", end)
        .before("Process-3 does task 3", end);
    check!("three_at_once", promise);
}

#[test]
fn not_joined() {
    check!("not_joined", any_order());
}

#[test]
fn killed_by_pid() {
    check!("killed_by_pid", exact().ends([End::Exit(1)]));
}

#[test]
fn endings() {
    check!("endings", exact());
}

#[test]
fn endings_in_python() {
    check!("endings.py", exact());
}

#[test]
fn authkey() {
    check!("authkey", exact());
}

#[test]
fn cpus() {
    check!("cpus", exact());
}

#[test]
fn executable() {
    check!("executable", exact());
}

#[test]
fn without_init() {
    check!("without_init", exact().ends([End::Exit(1)]));
}

#[test]
fn work_before_init() {
    check!("work_before_init", exact());
}

#[test]
fn state_beside_main() {
    check!("state_beside_main", exact().ends([End::Exit(1)]));
}

#[test]
fn state_as_argument() {
    check!("state_as_argument", exact());
}
