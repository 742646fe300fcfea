//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, check, exact, refused};

#[test]
fn gates_count_visitors() {
    check!("gates_count_visitors", exact());
}

#[test]
fn gates_count_visitors_in_python() {
    check!("gates_count_visitors.py", exact());
}

#[test]
fn clerk_killed_at_a_sale() {
    check!("clerk_killed_at_a_sale", exact());
}

/// The lock of the killed clerk is never free again.
#[test]
fn clerk_killed_at_a_sale_in_python() {
    check!("clerk_killed_at_a_sale.py", exact().ends([End::Deadline]));
}

#[test]
fn hours_counted_without_a_lock() {
    check!("hours_counted_without_a_lock", exact());
}

#[test]
fn title_in_shared_memory() {
    refused!("title_in_shared_memory", "E0277", "E0277", "E0277");
}

#[test]
fn halves_converted_in_place() {
    check!("halves_converted_in_place", exact());
}

#[test]
fn halves_converted_in_place_in_python() {
    check!("halves_converted_in_place.py", exact());
}

#[test]
fn readings_from_bytes() {
    check!("readings_from_bytes", exact());
}

#[test]
fn weather_found_by_name() {
    check!("weather_found_by_name", exact());
}

/// The resource tracker of the first reader takes the name away before that reader has been collected: it holds the pipe of its errors
/// open until it has done so.
#[test]
fn weather_found_by_name_in_python() {
    check!("weather_found_by_name.py", exact());
}

#[test]
fn left_by_a_killed_owner() {
    check!("left_by_a_killed_owner", exact());
}
