use std::thread;

use pi::series::sum;

const TERMS: u64 = 1_000_000;
const THREADS: u64 = 4;
const PART: u64 = TERMS / THREADS;

fn main() {
    let total: f64 = thread::scope(|scope| {
        let start =
            |part| scope.spawn(move || sum(PART * part..PART * (part + 1)));
        let threads: Vec<_> = (0..THREADS).map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("pi, about: {:.16}", 4.0 * total);
}
