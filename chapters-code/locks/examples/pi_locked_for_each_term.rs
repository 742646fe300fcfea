use std::ops::Range;
use std::sync::Mutex;
use std::thread;

fn term(k: u64) -> f64 {
    let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    sign / (2 * k + 1) as f64
}

fn add(terms: Range<u64>, total: &Mutex<f64>) {
    for k in terms {
        *total.lock().expect("no holder has panicked") += term(k);
    }
}

fn main() {
    let total = Mutex::new(0.0);
    thread::scope(|scope| {
        scope.spawn(|| add(0..500_000, &total));
        scope.spawn(|| add(500_000..1_000_000, &total));
    });
    let total = total.into_inner().expect("no holder has panicked");
    println!("pi, about: {:.4}", 4.0 * total);
}
