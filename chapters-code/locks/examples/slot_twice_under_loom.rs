use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;

// ANCHOR: pool
const EMPTY: usize = 2; // no slot has this number

struct Pool {
    top: AtomicUsize,
    below: [AtomicUsize; 2],
}

impl Pool {
    fn take(&self) -> Option<usize> {
        loop {
            let top = self.top.load(SeqCst);
            let below = self.below.get(top)?.load(SeqCst);
            if self.top.compare_exchange(top, below, SeqCst, SeqCst).is_ok() {
                return Some(top);
            }
        }
    }
    // ANCHOR_END: pool

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

// ANCHOR: model
fn main() {
    loom::model(|| {
        let below = [1, EMPTY].map(AtomicUsize::new);
        let pool = Arc::new(Pool { top: AtomicUsize::new(0), below });
        let same = Arc::clone(&pool);
        let other = thread::spawn(move || same.take());
        let first = pool.take();
        let second = pool.take();
        if let Some(slot) = first {
            pool.give_back(slot);
        }
        let others = other.join().expect("it does not panic");
        let taken = [second, others, pool.take()];
        for slot in 0..2 {
            let times =
                taken.iter().filter(|&&taken| taken == Some(slot)).count();
            assert!(times <= 1, "slot {slot} was given to {times} owners");
        }
    });
}
// ANCHOR_END: model
