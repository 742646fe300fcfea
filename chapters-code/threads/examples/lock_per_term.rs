use std::sync::Mutex;
use std::thread;

use pi::series::{sum, term};

const TERMS: u64 = 100_000;
const PART: u64 = TERMS / 4;

fn main() {
    let (often, rarely) = (Mutex::new(0.0), Mutex::new(0.0));
    let add_part = |part| {
        let terms = PART * part..PART * (part + 1);
        for k in terms.clone() {
            *often.lock().unwrap() += term(k);
        }
        let sum = sum(terms);
        *rarely.lock().unwrap() += sum;
    };
    thread::scope(|scope| {
        let start = |part| scope.spawn(move || add_part(part));
        for thread in [0, 1, 2, 3].map(start) {
            thread.join().unwrap();
        }
    });
    println!("a lock per term:   {:.8}", 4.0 * often.into_inner().unwrap());
    println!("a lock per thread: {:.8}", 4.0 * rarely.into_inner().unwrap());
}
