use std::ops::Range;
use std::sync::Mutex;
use std::thread;

const TERMS: u64 = 1_000_000;

static TOTAL: Mutex<f64> = Mutex::new(0.0);

fn term(k: u64) -> f64 {
    let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    sign / (2 * k + 1) as f64
}

fn add(terms: Range<u64>) {
    for k in terms {
        *TOTAL.lock().expect("no holder has panicked") += term(k);
    }
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| add(0..TERMS / 2));
        scope.spawn(|| add(TERMS / 2..TERMS));
    });
    let total = TOTAL.lock().expect("no holder has panicked");
    println!("pi, about: {:.4}", 4.0 * *total);
}
