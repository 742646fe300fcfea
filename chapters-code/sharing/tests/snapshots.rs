//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{check, exact};

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
