use std::sync::Mutex;
use std::thread;

use pi::series::{sum, term};

const TERMS: u64 = 100_000;
const THREADS: u64 = 4;
const PART: u64 = TERMS / THREADS;

fn main() {
    let (often, rarely) = (Mutex::new(0.0), Mutex::new(0.0));
    thread::scope(|scope| {
        for part in 0..THREADS {
            let terms = PART * part..PART * (part + 1);
            let (often, rarely) = (&often, &rarely);
            scope.spawn(move || {
                for k in terms.clone() {
                    *often.lock().unwrap() += term(k);
                }
                let sum = sum(terms);
                *rarely.lock().unwrap() += sum;
            });
        }
    });
    println!("a lock per term:   {:.8}", 4.0 * often.into_inner().unwrap());
    println!("a lock per thread: {:.8}", 4.0 * rarely.into_inner().unwrap());
}
