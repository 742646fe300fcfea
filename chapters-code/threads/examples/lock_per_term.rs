use std::ops::Range;
use std::sync::Mutex;
use std::thread;

use pi::series::{sum, term};

fn add(terms: Range<u64>, per_term: &Mutex<f64>, per_thread: &Mutex<f64>) {
    for k in terms.clone() {
        *per_term.lock().unwrap() += term(k);
    }
    let sum = sum(terms);
    *per_thread.lock().unwrap() += sum;
}

fn main() {
    let (per_term, per_thread) = (Mutex::new(0.0), Mutex::new(0.0));
    thread::scope(|scope| {
        scope.spawn(|| add(0..50_000, &per_term, &per_thread));
        scope.spawn(|| add(50_000..100_000, &per_term, &per_thread));
    });
    let totals = [per_term, per_thread].map(|total| total.into_inner());
    let [per_term, per_thread] = totals.map(|total| 4.0 * total.unwrap());
    println!("a lock per term:   {per_term:.8}");
    println!("a lock per thread: {per_thread:.8}");
}
