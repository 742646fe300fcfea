//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

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

/// A photo that is sent has room only after the one two places before it was received, and `main` says so before it receives.
#[test]
fn camera_waits_for_room() {
    let mut promise = any_order();
    for n in 1..=4 {
        promise = promise.before(
            format!("main is ready for photo {n}"),
            format!("photo {n} is shrunk"),
        );
        if n < 4 {
            promise = promise
                .before(
                    format!("photo {n} is shrunk"),
                    format!("main is ready for photo {}", n + 1),
                )
                .before(
                    format!("photo {n} is in the queue"),
                    format!("photo {} is in the queue", n + 1),
                );
        }
        if n < 3 {
            promise = promise.before(
                format!("main is ready for photo {n}"),
                format!("photo {} is in the queue", n + 2),
            );
        }
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

/// The last page is given up only after the other three have arrived.
#[test]
fn smudged_page_given_up() {
    let promise = [1, 2, 4].iter().fold(any_order(), |promise, n| {
        promise.before(format!("page {n} is read"), "one page is given up")
    });
    check!("smudged_page_given_up", promise);
}
