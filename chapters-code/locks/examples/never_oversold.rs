use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

// ANCHOR: sell
const SEATS: u32 = 100;

/// Sells one seat and returns its number, 0 to 99, unless all are sold.
fn sell(sold: &AtomicU32) -> Option<u32> {
    let mut seen = sold.load(Relaxed);
    while seen < SEATS {
        match sold.compare_exchange(seen, seen + 1, Relaxed, Relaxed) {
            Ok(seat) => return Some(seat),
            Err(now) => seen = now, // another clerk was faster: try again
        }
    }
    None
}
// ANCHOR_END: sell

// ANCHOR: main
fn main() {
    let sold = AtomicU32::new(0);
    thread::scope(|scope| {
        for _clerk in 0..4 {
            scope.spawn(|| {
                for _customer in 0..40 {
                    sell(&sold);
                }
            });
        }
    });
    println!("160 asked, {} seats sold", sold.load(Relaxed));
}
// ANCHOR_END: main
