use std::sync::{Barrier, Mutex};
use std::thread;

static FORKS: [Mutex<u32>; 3] = [const { Mutex::new(0) }; 3];
static ALL_HOLD_ONE: Barrier = Barrier::new(3);

// ANCHOR: eat
fn eat(seat: usize) {
    let (left, right) = (&FORKS[seat], &FORKS[(seat + 1) % 3]);
    let mut first_try = true;
    loop {
        let mut left = left.lock().expect("no holder has panicked");
        if first_try {
            ALL_HOLD_ONE.wait(); // the unlucky moment, in every run
        }
        first_try = false;
        if let Ok(mut right) = right.try_lock() {
            *left += 1;
            *right += 1;
            return;
        }
        drop(left); // back off
        thread::yield_now();
    }
}
// ANCHOR_END: eat

fn main() {
    thread::scope(|scope| {
        for seat in 0..3 {
            scope.spawn(move || eat(seat));
        }
    });
    let used = FORKS.each_ref().map(|fork| *fork.lock().expect("no panic"));
    println!("all have eaten; each fork was used this often: {used:?}");
}
