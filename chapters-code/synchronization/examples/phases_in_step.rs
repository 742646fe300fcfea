use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

static TEMPERATURES: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
static ALL_HAVE_MEASURED: Barrier = Barrier::new(3);

fn station(number: usize) {
    TEMPERATURES[number].store(10 + 5 * number as u64, Relaxed);
    println!("station {number} has measured");
    let result = ALL_HAVE_MEASURED.wait();
    if result.is_leader() {
        println!("one leader");
    }
    let sum: u64 = TEMPERATURES.iter().map(|t| t.load(Relaxed)).sum();
    println!("station {number} knows the average: {}", sum / 3);
}

fn main() {
    thread::scope(|scope| {
        for number in 0..3 {
            scope.spawn(move || station(number));
        }
    });
}
