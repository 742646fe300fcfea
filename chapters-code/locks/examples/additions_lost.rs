use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

const ADDITIONS: u64 = 10_000_000;

static TOTAL: AtomicU64 = AtomicU64::new(0);

fn add() {
    for _ in 0..ADDITIONS {
        let total = TOTAL.load(Relaxed);
        TOTAL.store(total + 1, Relaxed);
    }
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(add);
        scope.spawn(add);
    });
    let total = TOTAL.load(Relaxed);
    println!("all additions were counted: {}", total == 2 * ADDITIONS);
    println!("more than that were counted: {}", total > 2 * ADDITIONS);
}
