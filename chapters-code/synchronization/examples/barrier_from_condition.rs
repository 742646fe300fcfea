use std::sync::{Condvar, Mutex};
use std::thread;

// ANCHOR: barrier
pub struct Barrier {
    parties: usize,
    arrived: Mutex<(usize, u64)>, // in this round, and the round
    changed: Condvar,
}

impl Barrier {
    pub fn new(parties: usize) -> Barrier {
        Barrier {
            parties,
            arrived: Mutex::new((0, 0)),
            changed: Condvar::new(),
        }
    }

    pub fn wait(&self) {
        let mut arrived = self.arrived.lock().expect("no panic");
        let round = arrived.1;
        arrived.0 += 1;
        if arrived.0 == self.parties {
            *arrived = (0, round + 1);
            self.changed.notify_all();
        } else {
            let same = self.changed.wait_while(arrived, |a| a.1 == round);
            drop(same.expect("no panic"));
        }
    }
}
// ANCHOR_END: barrier

fn main() {
    let barrier = Barrier::new(3);
    let steps = Mutex::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for round in 1..=100 {
                    *steps.lock().expect("no panic") += 1;
                    barrier.wait();
                    let seen = *steps.lock().expect("no panic");
                    assert_eq!(seen, 3 * round);
                    barrier.wait();
                }
            });
        }
    });
    println!("steps in step: {}", steps.lock().expect("no panic"));
}
