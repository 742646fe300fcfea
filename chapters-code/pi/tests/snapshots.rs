//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{any_order, check, exact};

#[test]
fn leibniz() {
    check!("leibniz", exact());
}

#[test]
fn leibniz_in_python() {
    check!("leibniz.py", exact());
}

#[test]
fn two_halves() {
    check!("two_halves", exact());
}

#[test]
fn two_halves_in_python() {
    check!("two_halves.py", exact());
}

#[test]
fn grid_halves() {
    check!("grid_halves", exact());
}

#[test]
fn grid_dealt() {
    check!("grid_dealt", exact());
}

#[test]
fn parts_in_turn() {
    let end = "1768635 points in all";
    let promise = any_order()
        .before("part 0", end)
        .before("part 1", end)
        .before("part 2", end)
        .before("part 3", end)
        .before("part 4", end);
    check!("parts_in_turn", promise);
}

#[test]
fn same_darts() {
    check!("same_darts", exact());
}

#[test]
fn same_darts_in_python() {
    check!("same_darts.py", exact());
}

#[test]
fn same_seed() {
    check!("same_seed", exact());
}

#[test]
fn own_seed() {
    check!("own_seed", exact());
}

#[test]
fn two_threads() {
    check!("two_threads", exact());
}

#[test]
fn parts_differ() {
    check!("parts_differ", exact());
}

#[test]
fn summing_order() {
    check!("summing_order", exact());
}

#[test]
fn summing_order_in_python() {
    check!("summing_order.py", exact());
}

#[test]
fn corrected() {
    check!("corrected", exact());
}

#[test]
fn sums_by_pipe() {
    check!("sums_by_pipe", exact());
}

#[test]
fn sums_under_a_lock() {
    check!("sums_under_a_lock", exact());
}
