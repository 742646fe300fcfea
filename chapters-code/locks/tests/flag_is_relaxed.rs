//! The orders in which the reader of a flag can run, and the values that it can find, as far as loom tries them.

use std::sync::Arc;

use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering, Ordering::*};
use loom::thread;

// ANCHOR: model
/// Sets the price in one thread and reads it in another one, in every way
/// that loom tries.
fn price_is_read(set_flag: Ordering, read_flag: Ordering) {
    loom::model(move || {
        let price = Arc::new(AtomicU64::new(0));
        let is_set = Arc::new(AtomicBool::new(false));
        let (price_too, is_set_too) =
            (Arc::clone(&price), Arc::clone(&is_set));
        let writer = thread::spawn(move || {
            price_too.store(42, Relaxed);
            is_set_too.store(true, set_flag);
        });
        if is_set.load(read_flag) {
            assert_eq!(price.load(Relaxed), 42, "the old price");
        }
        writer.join().expect("it does not panic");
    });
}

#[test]
fn release_and_acquire_publish_the_price() {
    price_is_read(Release, Acquire);
}

#[test]
#[should_panic(expected = "the old price")]
fn a_relaxed_flag_does_not() {
    price_is_read(Relaxed, Relaxed);
}
// ANCHOR_END: model

#[test]
#[should_panic(expected = "the old price")]
fn release_alone_does_not() {
    price_is_read(Release, Relaxed);
}

#[test]
#[should_panic(expected = "the old price")]
fn acquire_alone_does_not() {
    price_is_read(Relaxed, Acquire);
}
