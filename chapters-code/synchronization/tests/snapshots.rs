//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, Trial, any_order, check, exact};

#[test]
fn all_are_awaited() {
    check!("all_are_awaited", exact());
}

#[test]
fn pin_found_by_one() {
    check!("pin_found_by_one", exact());
}

#[test]
fn pin_found_by_one_in_python() {
    check!("pin_found_by_one.py", exact());
}

fn all_parts_before_opening() -> Trial {
    let mut promise = any_order();
    for part in ["map", "prices", "users"] {
        promise =
            promise.before(format!("loaded: {part}"), "open for customers");
    }
    promise
}

#[test]
fn parts_are_loaded() {
    check!("parts_are_loaded", all_parts_before_opening());
}

#[test]
fn latch_counts_down() {
    check!("latch_counts_down", all_parts_before_opening());
}

#[test]
fn start_gun() {
    let mut promise = any_order();
    for runner in 1..=3 {
        promise = promise.before("bang", format!("runner {runner} runs"));
    }
    check!("start_gun", promise);
}

#[test]
fn start_gun_in_python() {
    let mut promise = any_order();
    for runner in 1..=3 {
        promise = promise.before("bang", format!("runner {runner} runs"));
    }
    check!("start_gun.py", promise);
}

/// A spurious wake-up would break this promise. None was ever seen.
#[test]
fn pulse_lost() {
    check!(
        "pulse_lost",
        exact()
            .but_not_guaranteed("a wait may also end without a notification")
    );
}

#[test]
fn gun_for_processes() {
    let mut promise = any_order();
    for runner in 1..=3 {
        let runs = format!("runner {runner} runs");
        promise = promise
            .before("bang", &runs)
            .before(&runs, "set for the next race: false");
    }
    check!("gun_for_processes", promise);
}

#[test]
fn pause_cut_short() {
    check!("pause_cut_short", exact());
}

#[test]
fn phases_in_step() {
    let measured = |number| format!("station {number} has measured");
    let knows = |number| format!("station {number} knows the average: 15");
    let mut promise = any_order();
    for one in 0..3 {
        promise = promise.before(measured(one), "leaders: 1");
        promise = promise.before(knows(one), "leaders: 1");
        for other in 0..3 {
            promise = promise.before(measured(one), knows(other));
        }
    }
    check!("phases_in_step", promise);
}

#[test]
fn one_leaves_early() {
    check!("one_leaves_early", exact().ends([End::Deadline]));
}

#[test]
fn leaver_breaks_barrier() {
    let promise = any_order()
        .before("11 is not used", "broken: true")
        .before("14 is not used", "broken: true");
    check!("leaver_breaks_barrier", promise);
}

#[test]
fn leaver_breaks_barrier_in_python() {
    let promise = any_order()
        .before("11 is not used", "broken: True")
        .before("14 is not used", "broken: True");
    check!("leaver_breaks_barrier.py", promise);
}

#[test]
fn killed_at_barrier() {
    check!("killed_at_barrier", exact());
}

#[test]
fn waits_for_parcels() {
    check!("waits_for_parcels", exact());
}

#[test]
fn waits_for_parcels_in_python() {
    check!("waits_for_parcels.py", exact());
}

/// As `pulse_lost`.
#[test]
fn wake_up_lost() {
    check!(
        "wake_up_lost",
        exact()
            .ends([End::Deadline])
            .but_not_guaranteed("a wait may also end without a notification")
    );
}

/// As `pulse_lost`.
#[test]
fn wake_up_stolen() {
    check!(
        "wake_up_stolen",
        exact()
            .but_not_guaranteed("a wait may also end without a notification")
    );
}

/// Linux woke the one that had waited longest, in each run.
#[test]
fn wrong_one_woken() {
    check!(
        "wrong_one_woken",
        exact().ends([End::Deadline]).but_not_guaranteed(
            "std does not promise which thread one notification wakes"
        )
    );
}

#[test]
fn all_tickets_woken() {
    check!("all_tickets_woken", exact());
}

#[test]
fn gives_up_on_parcels() {
    check!("gives_up_on_parcels", exact());
}

#[test]
fn parcels_between_processes() {
    check!("parcels_between_processes", exact());
}

#[test]
fn semaphore_from_condition() {
    check!("semaphore_from_condition", exact());
}

#[test]
fn event_from_condition() {
    check!("event_from_condition", exact());
}

#[test]
fn barrier_from_condition() {
    check!("barrier_from_condition", exact());
}

#[test]
fn queue_from_condition() {
    check!("queue_from_condition", exact());
}

#[test]
fn queue_from_condition_in_python() {
    check!("queue_from_condition.py", exact());
}

/// Both senders outlive the loop, so neither channel is ready without a value.
#[test]
fn first_channel_ready() {
    check!("first_channel_ready", any_order());
}

#[test]
fn pages_scanned() {
    check!("pages_scanned", exact());
}
