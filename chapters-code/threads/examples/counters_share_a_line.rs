use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

#[repr(align(128))]
struct Adjacent([AtomicU64; 2]);

#[repr(align(128))]
struct Padded(AtomicU64);

fn count(name: &str, counters: [&AtomicU64; 2]) {
    thread::scope(|scope| {
        for counter in counters {
            // Only this thread stores to it, so no update is lost.
            let up = || counter.store(counter.load(Relaxed) + 1, Relaxed);
            scope.spawn(move || (0..100_000).for_each(|_| up()));
        }
    });
    let [first, second] = counters.map(|c| c.as_ptr() as usize);
    println!("{name}: {counters:?}, {} bytes apart", second - first);
}

fn main() {
    let Adjacent([a, b]) = &Adjacent([0, 0].map(AtomicU64::new));
    count("adjacent", [a, b]);
    let [a, b] = &[0, 0].map(AtomicU64::new).map(Padded);
    count("padded", [&a.0, &b.0]);
}
