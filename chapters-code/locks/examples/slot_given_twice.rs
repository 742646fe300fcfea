use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

// ANCHOR: stack
const EMPTY: usize = 3; // no slot has this number

/// The free slots: which one is on top, and which one is below each of them.
struct Pool {
    top: AtomicUsize,
    below: [AtomicUsize; 3],
}

impl Pool {
    fn take(&self, pause: impl Fn()) -> usize {
        loop {
            let top = self.top.load(SeqCst);
            let below = self.below[top].load(SeqCst);
            pause();
            if self.top.compare_exchange(top, below, SeqCst, SeqCst).is_ok() {
                return top;
            }
        }
    }

    fn give_back(&self, slot: usize) {
        loop {
            let top = self.top.load(SeqCst);
            self.below[slot].store(top, SeqCst);
            if self.top.compare_exchange(top, slot, SeqCst, SeqCst).is_ok() {
                return;
            }
        }
    }
}
// ANCHOR_END: stack

// ANCHOR: main
fn main() {
    let below = [1, 2, EMPTY].map(AtomicUsize::new);
    let pool = Pool { top: AtomicUsize::new(0), below };
    let pause = Barrier::new(2);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            pool.take(|| {
                pause.wait(); // the unlucky moment begins
                pause.wait(); // and ends
            })
        });
        pause.wait();
        let first = pool.take(|| ());
        let second = pool.take(|| ());
        pool.give_back(first);
        pause.wait();
        let others = other.join().expect("it does not panic");
        println!(
            "main has slot {second}, the other thread has slot {others}"
        );
        println!("main takes one more: slot {}", pool.take(|| ()));
    });
}
// ANCHOR_END: main
