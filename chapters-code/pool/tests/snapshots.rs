//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{check, exact};

#[test]
fn words_of_a_book() {
    check!("words_of_a_book", exact());
}

#[test]
fn only_ten_of_each() {
    check!("only_ten_of_each", exact());
}

#[test]
fn counts_merged_in_pairs() {
    check!("counts_merged_in_pairs", exact());
}

#[test]
fn tariff_read_once() {
    check!("tariff_read_once", exact());
}

#[test]
fn parcels_priced_in_place() {
    check!("parcels_priced_in_place", exact());
}

#[test]
fn parcels_numbered() {
    check!("parcels_numbered", exact());
}

#[test]
fn cook_dies_at_the_third() {
    check!("cook_dies_at_the_third", exact());
}

#[test]
fn words_of_a_book_in_python() {
    check!("words_of_a_book.py", exact());
}

#[test]
fn tariff_read_once_in_python() {
    check!("tariff_read_once.py", exact());
}
