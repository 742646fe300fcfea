// ANCHOR: sell
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

const SEATS: u32 = 100;
static SOLD: AtomicU32 = AtomicU32::new(0);

fn sell() -> Option<u32> {
    let mut sold = SOLD.load(Relaxed);
    while sold < SEATS {
        match SOLD.compare_exchange_weak(sold, sold + 1, Relaxed, Relaxed) {
            Ok(seat) => return Some(seat),
            Err(now) => sold = now, // try again, from what the number is now
        }
    }
    None
}
// ANCHOR_END: sell

// ANCHOR: main
fn main() {
    let clerk = || (0..40).filter_map(|_| sell()).collect::<Vec<_>>();
    let clerks: Vec<_> = (0..4).map(|_| thread::spawn(clerk)).collect();
    let mut seats = Vec::new();
    for clerk in clerks {
        seats.extend(clerk.join().expect("it does not panic"));
    }
    let different: HashSet<_> = seats.iter().collect();
    println!(
        "160 asked, {} sold, {} different seats",
        seats.len(),
        different.len()
    );
}
// ANCHOR_END: main
