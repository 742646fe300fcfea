use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

/// A value that starts a multiple of 128 bytes into memory.
#[repr(align(128))]
struct Padded<T>(T);

/// Counts up. No other thread stores to this counter.
fn count(counter: &AtomicU64) {
    for _ in 0..100_000 {
        counter.store(counter.load(Relaxed) + 1, Relaxed);
    }
}

fn by_two_threads(name: &str, counters: [&AtomicU64; 2]) {
    thread::scope(|scope| {
        for thread in counters.map(|c| scope.spawn(|| count(c))) {
            thread.join().unwrap();
        }
    });
    let [first, second] = counters.map(|c| c.as_ptr() as usize);
    println!("{name}: {counters:?}, {} bytes apart", second - first);
}

fn main() {
    let Padded([a, b]) = &Padded([0, 0].map(AtomicU64::new));
    by_two_threads("adjacent", [a, b]);
    let [Padded(a), Padded(b)] = &[0, 0].map(AtomicU64::new).map(Padded);
    by_two_threads("padded", [a, b]);
}
