//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact, refused};

#[test]
fn photos_shared_out() {
    check!("photos_shared_out", exact());
}

#[test]
fn photos_shared_out_in_python() {
    check!("photos_shared_out.py", exact());
}

#[test]
fn own_sender_kept() {
    check!("own_sender_kept", exact().ends([End::Deadline]));
}

#[test]
fn own_sender_kept_in_python() {
    check!("own_sender_kept.py", any_order().ends([End::Deadline]));
}

/// The queue has room for the third photo only when `main` has received one, and `main` says so before it receives.
#[test]
fn camera_waits_for_room() {
    let taken = |n| format!("main takes photo {n}");
    let queued = |n| format!("photo {n} is in the queue");
    let mut promise = any_order().before(taken(1), queued(3));
    for n in 1..3 {
        promise = promise
            .before(taken(n), taken(n + 1))
            .before(queued(n), queued(n + 1));
    }
    check!("camera_waits_for_room", promise);
}

#[test]
fn order_lost_with_its_cook() {
    check!("order_lost_with_its_cook", exact());
}

#[test]
fn order_lost_with_its_cook_in_python() {
    check!("order_lost_with_its_cook.py", exact().ends([End::Deadline]));
}

#[test]
fn order_half_sent() {
    check!("order_half_sent", exact());
}

#[test]
fn killed_while_waiting() {
    check!("killed_while_waiting", exact());
}

#[test]
fn killed_while_waiting_in_python() {
    check!("killed_while_waiting.py", exact().ends([End::Deadline]));
}

#[test]
fn joined_before_received() {
    check!("joined_before_received", exact());
}

#[test]
fn joined_before_received_in_python() {
    check!("joined_before_received.py", exact().ends([End::Deadline]));
}

#[test]
fn pages_moved_not_copied() {
    check!("pages_moved_not_copied", exact());
}

#[test]
fn pages_moved_not_copied_in_python() {
    check!("pages_moved_not_copied.py", exact());
}

/// The reader that takes page 3 never reports it, so the first three reports are those of the other pages. The program ends long before the
/// sleep does.
#[test]
fn smudged_page_given_up() {
    check!("smudged_page_given_up", exact());
}

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

/// The resource tracker of the first display takes the name away before that display has been collected: it holds the pipe of its errors
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

#[test]
fn orders_in_pipe_and_queue() {
    check!("orders_in_pipe_and_queue", exact());
}

#[test]
fn ring_sends_orders() {
    check!("ring_sends_orders", exact());
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
fn log_sent_to_a_worker() {
    check!("log_sent_to_a_worker", exact());
}

#[test]
fn page_used_after_send() {
    refused!("page_used_after_send", "E0382");
}
