//! The pool of `slot_twice_under_loom`, with a count of the changes.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use loom::thread;

const EMPTY: usize = 2; // no slot has this number

// ANCHOR: pool
/// The top slot is in the lowest eight bits of `top`. The other bits count the changes.
struct Pool {
    top: AtomicU64,
    below: [AtomicUsize; 2],
}

fn counted(old: u64, slot: usize) -> u64 {
    (old - old % 256).wrapping_add(256) + slot as u64
}

impl Pool {
    fn take(&self) -> Option<usize> {
        loop {
            let top = self.top.load(SeqCst);
            let slot = (top % 256) as usize;
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

    // ANCHOR: give_back
    fn give_back(&self, slot: usize) {
        loop {
            let top = self.top.load(SeqCst);
            self.below[slot].store((top % 256) as usize, SeqCst);
            if self
                .top
                .compare_exchange(top, counted(top, slot), SeqCst, SeqCst)
                .is_ok()
            {
                return;
            }
        }
    }
    // ANCHOR_END: give_back
}

#[test]
fn each_slot_has_one_owner() {
    loom::model(|| {
        let below = [1, EMPTY].map(AtomicUsize::new);
        let pool = Arc::new(Pool { top: AtomicU64::new(0), below });
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
