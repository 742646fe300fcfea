use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};
use std::thread;

const THREADS: usize = 4;
const LINES: usize = 5_000;
const LINE: [&str; 6] = ["to", "be", "or", "not", "to", "be"];

type Counts = BTreeMap<&'static str, u64>;

/// How often each word was found.
static COUNTS: Mutex<Counts> = Mutex::new(BTreeMap::new());
/// How often the counts were locked.
static LOCKED: AtomicU64 = AtomicU64::new(0);

fn lock_counts() -> MutexGuard<'static, Counts> {
    LOCKED.fetch_add(1, Relaxed);
    COUNTS.lock().expect("no holder has panicked")
}

fn count_words() {
    for _ in 0..LINES {
        for word in LINE {
            let count = lock_counts().get(word).copied().unwrap_or(0);
            lock_counts().insert(word, count + 1);
        }
    }
}

fn main() {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(count_words);
        }
    });
    for (word, count) in &*lock_counts() {
        println!("{word}: {count}");
    }
    println!("locked {} times", LOCKED.load(Relaxed));
}
