//! What each listing of the introduction prints, and what about that is guaranteed.

use records::{End, check, exact};

#[test]
fn main_goes_on() {
    check!("main_goes_on", exact());
}

#[test]
fn who_moved() {
    check!("who_moved", exact());
}

#[test]
fn thread_takes_all_down() {
    check!("thread_takes_all_down", exact().ends([End::Signal(6)]));
}

#[test]
fn process_falls_alone() {
    check!("process_falls_alone", exact());
}

#[test]
fn killed_when_it_hangs() {
    check!("killed_when_it_hangs", exact());
}

#[test]
fn at_work() {
    check!("at_work", exact());
}
