use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

// ANCHOR: counters
/// Two counters, one after the other, from a multiple of 128 bytes on.
#[derive(Default)]
#[repr(align(128))]
struct Adjacent([AtomicU64; 2]);

/// One counter, at a multiple of 128 bytes.
#[derive(Default)]
#[repr(align(128))]
struct Padded(AtomicU64);
// ANCHOR_END: counters

// ANCHOR: count
/// Counts up. No other thread stores to this counter.
fn count(counter: &AtomicU64) {
    for _ in 0..100_000 {
        counter.store(counter.load(Relaxed) + 1, Relaxed);
    }
}

fn by_two_threads(name: &str, first: &AtomicU64, second: &AtomicU64) {
    thread::scope(|scope| {
        scope.spawn(|| count(first));
        scope.spawn(|| count(second));
    });
    let distance = second.as_ptr() as usize - first.as_ptr() as usize;
    println!("{name}: {first:?} and {second:?}, {distance} bytes apart");
}

fn main() {
    let Adjacent(adjacent) = &Adjacent::default();
    by_two_threads("adjacent", &adjacent[0], &adjacent[1]);
    let padded = [Padded::default(), Padded::default()];
    by_two_threads("padded", &padded[0].0, &padded[1].0);
}
// ANCHOR_END: count
