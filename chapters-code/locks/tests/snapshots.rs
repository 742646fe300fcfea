//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, check, exact};

#[test]
fn average_kept_whole() {
    check!("average_kept_whole", exact());
}

#[test]
fn average_kept_whole_in_python() {
    check!("average_kept_whole.py", exact());
}

#[test]
fn panic_poisons() {
    check!("panic_poisons", exact());
}

#[test]
fn readers_share() {
    check!("readers_share", exact());
}

#[test]
fn held_while_it_works() {
    check!("held_while_it_works", exact());
}

#[test]
fn own_and_shared_mutex() {
    check!("own_and_shared_mutex", exact());
}

#[test]
fn own_and_shared_mutex_in_python() {
    check!("own_and_shared_mutex.py", exact());
}

#[test]
fn transfer_cut_short() {
    check!("transfer_cut_short", exact());
}

#[test]
fn transfer_cut_short_in_python() {
    check!("transfer_cut_short.py", exact().ends([End::Deadline]));
}

#[test]
fn file_lock_left_free() {
    check!("file_lock_left_free", exact());
}

#[test]
fn philosophers_hang() {
    check!("philosophers_hang", exact().ends([End::Deadline]));
}

#[test]
fn circle_found_in_proc() {
    check!("circle_found_in_proc", exact());
}

#[test]
fn fork_put_back() {
    check!("fork_put_back", exact());
}

#[test]
fn order_checked() {
    check!("order_checked", exact().ends([End::Exit(101)]));
}
