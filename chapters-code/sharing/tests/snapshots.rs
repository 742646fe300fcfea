//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact, refused};

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
