//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

#[test]
fn report_locks_twice() {
    let ann = ("Ann has read two pages", "Ann has found no mistake");
    let ben = ("Ben has read two pages", "Ben has found no mistake");
    check!(
        "report_locks_twice",
        any_order().before(ann.0, ann.1).before(ben.0, ben.1)
    );
}

#[test]
fn report_locks_twice_in_python() {
    let ann = ("Ann has read two pages", "Ann has found no mistake");
    let ben = ("Ben has read two pages", "Ben has found no mistake");
    check!(
        "report_locks_twice.py",
        any_order().before(ann.0, ann.1).before(ben.0, ben.1)
    );
}

#[test]
fn report_locks_once() {
    check!("report_locks_once", any_order());
}

#[test]
fn two_at_once() {
    check!("two_at_once", exact());
}

#[test]
fn two_at_once_in_python() {
    check!("two_at_once.py", exact());
}

#[test]
fn permit_of_a_crash() {
    check!("permit_of_a_crash", exact());
}

#[test]
fn permit_of_a_crash_in_python() {
    check!("permit_of_a_crash.py", exact());
}

#[test]
fn downloads_counted() {
    check!("downloads_counted", exact());
}

#[test]
fn downloads_counted_in_python() {
    check!("downloads_counted.py", exact());
}

#[test]
fn never_oversold() {
    check!("never_oversold", exact());
}

#[test]
fn sum_between_two_atomics() {
    check!("sum_between_two_atomics", exact());
}

#[test]
fn slot_given_twice() {
    check!("slot_given_twice", exact());
}

#[test]
fn slot_twice_under_loom() {
    check!("slot_twice_under_loom", exact().ends([End::Exit(101)]));
}

#[test]
fn ring_under_loom() {
    check!("ring_under_loom", exact().ends([End::Exit(101)]));
}
