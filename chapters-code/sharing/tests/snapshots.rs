//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

#[test]
fn photos_by_pipe() {
    check!("photos_by_pipe", exact());
}

#[test]
fn photos_by_pipe_in_python() {
    check!("photos_by_pipe.py", exact());
}

#[test]
fn heights_answered() {
    check!("heights_answered", exact());
}

#[test]
fn empty_photo_ends_helper() {
    check!("empty_photo_ends_helper", exact());
}

#[test]
fn sender_kept() {
    check!("sender_kept", exact().ends([End::Deadline]));
}

#[test]
fn sender_kept_in_python() {
    check!("sender_kept.py", exact().ends([End::Deadline]));
}

#[test]
fn readings_cross() {
    check!("readings_cross", exact().ends([End::Deadline]));
}

#[test]
fn readings_cross_in_python() {
    check!("readings_cross.py", exact().ends([End::Deadline]));
}

#[test]
fn readings_exchanged() {
    check!("readings_exchanged", exact());
}

#[test]
fn as_readings_come() {
    check!(
        "as_readings_come",
        any_order()
            .before("north: 18 degrees", "north: 21 degrees")
            .before("north: 21 degrees", "north: done")
            .before("west: 18 degrees", "west: crashed")
    );
}

#[test]
fn as_readings_come_in_python() {
    check!(
        "as_readings_come.py",
        any_order()
            .before("north: 18 degrees", "north: 21 degrees")
            .before("north: 21 degrees", "north: exit code 0")
            .before("west: 18 degrees", "west: exit code -6")
    );
}

#[test]
fn file_handed_over() {
    check!("file_handed_over", exact());
}

#[test]
fn file_handed_over_in_python() {
    check!("file_handed_over.py", exact());
}

#[test]
fn orders_in_pipe_and_queue() {
    check!("orders_in_pipe_and_queue", exact());
}

#[test]
fn costs_in_descriptors() {
    check!("costs_in_descriptors", exact());
}

#[test]
fn stock_kept_by_one() {
    check!("stock_kept_by_one", exact());
}

#[test]
fn stock_kept_by_one_in_python() {
    check!("stock_kept_by_one.py", exact());
}

#[test]
fn stock_outlives_a_shop() {
    check!("stock_outlives_a_shop", exact());
}

#[test]
fn pi_through_each() {
    check!("pi_through_each", exact());
}
