//! Many starts at once. Each test repeats what could go wrong by chance.

use supervisor::share;

use crate::common::program;
use crate::methods::{Method, but_not, every_method};

#[test]
fn eight_threads_start_fifty_children_each() {
    but_not(&[Method::Fork], "a process with several threads may not be forked", |_| {
        for _ in 0..share::times(1, 20) {
            program!("starts_from_many_threads").untraced().run().prints(&["400 children answered"]);
        }
    })
}

#[test]
fn signals_that_are_handled_disturb_neither_start_nor_join() {
    every_method(|_| {
        for _ in 0..share::times(1, 20) {
            program!("starts_in_a_storm_of_signals").untraced().run().prints(&["100 children answered"]);
        }
    })
}
