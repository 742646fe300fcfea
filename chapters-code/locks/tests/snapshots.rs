//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact, refused};

#[test]
fn average_kept_whole() {
    check!("average_kept_whole", exact());
}

#[test]
fn average_kept_whole_in_python() {
    check!("average_kept_whole.py", exact());
}

#[test]
fn panic_poisons() {
    check!("panic_poisons", exact());
}

#[test]
fn readers_share() {
    check!("readers_share", exact());
}

#[test]
fn held_while_it_works() {
    check!("held_while_it_works", exact());
}

#[test]
fn own_mutex() {
    check!("own_mutex", exact());
}

#[test]
fn shared_mutex() {
    check!("shared_mutex", exact());
}

#[test]
fn shared_mutex_in_python() {
    check!("shared_mutex.py", exact());
}

#[test]
fn transfer_cut_short() {
    check!("transfer_cut_short", exact());
}

#[test]
fn transfer_cut_short_in_python() {
    check!("transfer_cut_short.py", exact().ends([End::Deadline]));
}

#[test]
fn file_lock_left_free() {
    check!("file_lock_left_free", exact());
}

#[test]
fn philosophers_hang() {
    check!("philosophers_hang", exact().ends([End::Deadline]));
}

#[test]
fn circle_found_in_proc() {
    check!(
        "circle_found_in_proc",
        exact().but_not_guaranteed(
            "std does not promise that its locks wait in a futex"
        )
    );
}

#[test]
fn fork_put_back() {
    check!(
        "fork_put_back",
        exact().but_not_guaranteed(
            "all three could back off in step, again and again"
        )
    );
}

#[test]
fn order_checked() {
    check!("order_checked", exact().ends([End::Exit(101)]));
}

/// There are millions of chances to lose an addition.
#[test]
fn additions_lost() {
    check!(
        "additions_lost",
        exact().but_not_guaranteed(
            "the threads could happen to take turns, and lose nothing"
        )
    );
}

/// A barrier lets both processes begin together, and each of them is nearly always
/// between its read and its write.
#[test]
fn visits_lost_in_a_file() {
    check!(
        "visits_lost_in_a_file",
        exact().but_not_guaranteed(
            "the processes could happen to take turns, and lose nothing"
        )
    );
}

#[test]
fn visits_kept_in_a_file() {
    check!("visits_kept_in_a_file", exact());
}

#[test]
fn count_shared_plainly() {
    refused!("count_shared_plainly", "E0499");
}

#[test]
fn seat_sold_twice() {
    check!("seat_sold_twice", any_order());
}

/// The language allows all four pairs, and forbids two zeros with the fence. One run prints them all because loom tries the same orders each
/// time.
#[test]
fn both_read_zero() {
    check!("both_read_zero", exact());
}

#[test]
fn price_published() {
    check!("price_published", exact());
}

#[test]
fn pi_locked_for_each_term() {
    check!("pi_locked_for_each_term", exact());
}

#[test]
fn pi_locked_for_a_thousand() {
    check!("pi_locked_for_a_thousand", exact());
}

/// The lock also keeps the two lines of a report together, and a promise has no word for that.
#[test]
fn report_locks_twice() {
    let ann = ("Ann has read two pages", "Ann has found no mistake");
    let ben = ("Ben has read two pages", "Ben has found no mistake");
    check!(
        "report_locks_twice",
        any_order().before(ann.0, ann.1).before(ben.0, ben.1)
    );
}

/// As `report_locks_twice`.
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
    let mut promise = any_order();
    for who in ["Ann", "Ben"] {
        let report =
            format!("{who} has read two pages, {who} has found no mistake");
        promise = promise.before("the reports:", report);
    }
    check!("report_locks_once", promise);
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
