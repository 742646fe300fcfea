use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use loom::sync::atomic::{AtomicU32, Ordering::*, fence};
use loom::thread;

// ANCHOR: model
/// What the two threads read, in all ways of running that loom tries.
fn results(fenced: bool) -> BTreeSet<(u32, u32)> {
    let all = Arc::new(Mutex::new(BTreeSet::new()));
    let found = Arc::clone(&all);
    loom::model(move || {
        let x = Arc::new(AtomicU32::new(0));
        let y = Arc::new(AtomicU32::new(0));
        let (x2, y2) = (Arc::clone(&x), Arc::clone(&y));
        let other = thread::spawn(move || write_and_read(&y2, &x2, fenced));
        let first = write_and_read(&x, &y, fenced);
        let second = other.join().expect("it does not panic");
        found.lock().expect("no panic").insert((first, second));
    });
    all.lock().expect("no panic").clone()
}
// ANCHOR_END: model

// ANCHOR: each
fn write_and_read(mine: &AtomicU32, other: &AtomicU32, fenced: bool) -> u32 {
    mine.store(1, Relaxed);
    if fenced {
        fence(SeqCst);
    }
    other.load(Relaxed)
}

fn main() {
    println!("as written:   {:?}", results(false));
    println!("with a fence: {:?}", results(true));
}
// ANCHOR_END: each
