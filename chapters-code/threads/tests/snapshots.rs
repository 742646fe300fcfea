//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{check, exact, refused};

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
