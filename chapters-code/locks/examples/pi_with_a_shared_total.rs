use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

const TERMS: u64 = 1_000_000;

fn term(k: u64) -> f64 {
    let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    sign / (2 * k + 1) as f64
}

// ANCHOR: per_thousand
static TOTAL: Mutex<f64> = Mutex::new(0.0);

fn add_by_thousands(mut terms: Range<u64>) {
    while !terms.is_empty() {
        let end = terms.end.min(terms.start + 1000);
        let sum: f64 = (terms.start..end).map(term).sum();
        *TOTAL.lock().expect("no holder has panicked") += sum;
        terms.start = end;
    }
}
// ANCHOR_END: per_thousand

// ANCHOR: atomic
static BITS: AtomicU64 = AtomicU64::new(0); // the bits of 0.0

fn add_atomically(value: f64) {
    let mut old = BITS.load(Relaxed);
    loop {
        let new = (f64::from_bits(old) + value).to_bits();
        match BITS.compare_exchange_weak(old, new, Relaxed, Relaxed) {
            Ok(_) => return,
            Err(changed) => old = changed, // try again
        }
    }
}
// ANCHOR_END: atomic

// ANCHOR: unshared
fn without_sharing() -> f64 {
    thread::scope(|scope| {
        let sum = |terms: Range<u64>| terms.map(term).sum::<f64>();
        let first = scope.spawn(move || sum(0..TERMS / 2));
        let second = scope.spawn(move || sum(TERMS / 2..TERMS));
        let first = first.join().expect("it does not panic");
        first + second.join().expect("it does not panic")
    })
}
// ANCHOR_END: unshared

fn in_two_threads(add: impl Fn(Range<u64>) + Sync) {
    thread::scope(|scope| {
        scope.spawn(|| add(0..TERMS / 2));
        scope.spawn(|| add(TERMS / 2..TERMS));
    });
}

fn main() {
    in_two_threads(add_by_thousands);
    let total = *TOTAL.lock().expect("no holder has panicked");
    println!("a lock for each thousand terms: {:.4}", 4.0 * total);
    in_two_threads(|terms| terms.map(term).for_each(add_atomically));
    let total = f64::from_bits(BITS.load(Relaxed));
    println!("an atomic total: {:.4}", 4.0 * total);
    println!("no shared total: {:.4}", 4.0 * without_sharing());
}
