use std::thread;

use pi::series::sum;

const TERMS: u64 = 1_000_000;
const THREADS: u64 = 4;
const PART: u64 = TERMS / THREADS;

fn main() {
    let mut threads = Vec::new();
    for part in 0..THREADS {
        let terms = PART * part..PART * (part + 1);
        threads.push(thread::spawn(|| sum(terms)));
    }
    let mut total = 0.0;
    for thread in threads {
        total += thread.join().unwrap();
    }
    println!("pi, about: {:.16}", 4.0 * total);
}
