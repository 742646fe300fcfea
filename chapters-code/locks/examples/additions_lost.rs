use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

const ADDITIONS: u64 = 10_000_000;

fn add(total: &AtomicU64) {
    for _ in 0..ADDITIONS {
        let old = total.load(Relaxed);
        total.store(old + 1, Relaxed);
    }
}

fn main() {
    let total = AtomicU64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| add(&total));
        scope.spawn(|| add(&total));
    });
    let counted = total.load(Relaxed);
    println!("all additions were counted: {}", counted == 2 * ADDITIONS);
}
