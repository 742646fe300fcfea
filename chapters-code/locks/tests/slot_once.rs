//! The pool of `slot_twice_under_loom`, with a count of the changes.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;

// ANCHOR: pool
/// The top slot is in the lowest eight bits of `top`. The other bits count the changes.
struct Pool {
    top: AtomicUsize,
    below: [AtomicUsize; 2],
}

fn counted(old: usize, slot: usize) -> usize {
    (old - old % 256).wrapping_add(256) + slot
}

impl Pool {
    fn take(&self) -> Option<usize> {
        loop {
            let top = self.top.load(SeqCst);
            let slot = top % 256;
            let below = self.below.get(slot)?.load(SeqCst);
            if self
                .top
                .compare_exchange(top, counted(top, below), SeqCst, SeqCst)
                .is_ok()
            {
                return Some(slot);
            }
        }
    }
    // ANCHOR_END: pool

    fn give_back(&self, slot: usize) {
        loop {
            let top = self.top.load(SeqCst);
            self.below[slot].store(top % 256, SeqCst);
            if self
                .top
                .compare_exchange(top, counted(top, slot), SeqCst, SeqCst)
                .is_ok()
            {
                return;
            }
        }
    }
}

#[test]
fn each_slot_has_one_owner() {
    loom::model(|| {
        let below = [AtomicUsize::new(1), AtomicUsize::new(2)];
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
