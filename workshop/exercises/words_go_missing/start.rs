use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

const THREADS: usize = 4;
const LINES: usize = 5_000;
const LINE: [&str; 6] = ["to", "be", "or", "not", "to", "be"];

/// How often each word was found.
static COUNTS: Mutex<BTreeMap<&str, u64>> = Mutex::new(BTreeMap::new());

fn count_words() {
    for _ in 0..LINES {
        for word in LINE {
            let counted = COUNTS.lock().expect("no panic").get(word).copied();
            let count = counted.unwrap_or(0) + 1;
            COUNTS.lock().expect("no panic").insert(word, count);
        }
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
