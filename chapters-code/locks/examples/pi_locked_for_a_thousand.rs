use std::ops::Range;
use std::sync::Mutex;
use std::thread;

fn term(k: u64) -> f64 {
    let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    sign / (2 * k + 1) as f64
}

// ANCHOR: add
fn add(mut terms: Range<u64>, total: &Mutex<f64>) {
    while !terms.is_empty() {
        let thousand: f64 = terms.by_ref().take(1000).map(term).sum();
        *total.lock().expect("no holder has panicked") += thousand;
    }
}
// ANCHOR_END: add

fn main() {
    let total = Mutex::new(0.0);
    thread::scope(|scope| {
        scope.spawn(|| add(0..500_000, &total));
        scope.spawn(|| add(500_000..1_000_000, &total));
    });
    let total = total.into_inner().expect("no holder has panicked");
    println!("pi, about: {:.4}", 4.0 * total);
}
