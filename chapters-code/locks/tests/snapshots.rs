//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{any_order, check, exact, refused};

/// That an update is lost in every run is not guaranteed, but was never seen to be otherwise: there are millions of chances.
#[test]
fn additions_lost() {
    check!("additions_lost", exact());
}

/// As `additions_lost`.
#[test]
fn additions_lost_by_processes() {
    check!("additions_lost_by_processes", exact());
}

#[test]
fn additions_lost_by_processes_in_python() {
    check!("additions_lost_by_processes.py", exact());
}

/// As `additions_lost`.
#[test]
fn visits_lost_in_a_file() {
    check!("visits_lost_in_a_file", exact());
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

/// Only that nobody reads two zeros with `SeqCst` is guaranteed. The others are seen where two CPUs run the threads.
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
fn pi_with_a_shared_total() {
    check!("pi_with_a_shared_total", exact());
}
