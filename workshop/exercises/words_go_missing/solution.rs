use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

const THREADS: usize = 4;
const LINES: usize = 5_000;
const LINE: [&str; 6] = ["to", "be", "or", "not", "to", "be"];

/// How often each word was found.
static COUNTS: Mutex<BTreeMap<&str, u64>> = Mutex::new(BTreeMap::new());

fn count_words() {
    let mut own = BTreeMap::new();
    for _ in 0..LINES {
        for word in LINE {
            *own.entry(word).or_insert(0) += 1;
        }
    }
    let mut counts = COUNTS.lock().expect("no panic");
    for (word, count) in own {
        *counts.entry(word).or_insert(0) += count;
    }
}

fn main() {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(count_words);
        }
    });
    for (word, count) in &*COUNTS.lock().expect("no panic") {
        println!("{word}: {count}");
    }
}
