use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

// ANCHOR: stack
/// The free slots: one is on top, and `BELOW[slot]` says which one is below it.
static TOP: AtomicUsize = AtomicUsize::new(0);
static BELOW: [AtomicUsize; 3] =
    [AtomicUsize::new(1), AtomicUsize::new(2), AtomicUsize::new(3)];

fn take(pause: impl Fn()) -> usize {
    loop {
        let top = TOP.load(SeqCst);
        let below = BELOW[top].load(SeqCst);
        pause();
        if TOP.compare_exchange(top, below, SeqCst, SeqCst).is_ok() {
            return top;
        }
    }
}

fn give_back(slot: usize) {
    loop {
        let top = TOP.load(SeqCst);
        BELOW[slot].store(top, SeqCst);
        if TOP.compare_exchange(top, slot, SeqCst, SeqCst).is_ok() {
            return;
        }
    }
}
// ANCHOR_END: stack

// ANCHOR: main
static PAUSE: Barrier = Barrier::new(2);

fn main() {
    let other = thread::spawn(|| {
        take(|| {
            PAUSE.wait(); // the unlucky moment begins
            PAUSE.wait(); // and ends
        })
    });
    PAUSE.wait();
    let first = take(|| ());
    let second = take(|| ());
    give_back(first);
    PAUSE.wait();
    let others = other.join().expect("it does not panic");
    println!(
        "main has slot {second}, and the other thread has slot {others}"
    );
    println!("main takes one more, and gets slot {}", take(|| ()));
}
// ANCHOR_END: main
