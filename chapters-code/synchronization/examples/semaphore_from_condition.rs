use std::sync::{Condvar, Mutex};
use std::thread;

// ANCHOR: semaphore
pub struct Semaphore {
    free: Mutex<usize>,
    changed: Condvar,
}

impl Semaphore {
    pub fn new(permits: usize) -> Semaphore {
        Semaphore { free: Mutex::new(permits), changed: Condvar::new() }
    }

    pub fn acquire(&self) {
        let free = self.free.lock().expect("no panic");
        let mut free = self
            .changed
            .wait_while(free, |free| *free == 0)
            .expect("no panic");
        *free -= 1;
    }

    pub fn release(&self) {
        *self.free.lock().expect("no panic") += 1;
        self.changed.notify_one();
    }
}
// ANCHOR_END: semaphore

// ANCHOR: main
fn main() {
    let seats = Semaphore::new(2);
    let busy = Mutex::new((0, 0)); // now, and at most
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                seats.acquire();
                let mut counts = busy.lock().expect("no panic");
                counts.0 += 1;
                counts.1 = counts.1.max(counts.0);
                drop(counts);
                thread::yield_now(); // stands for the work
                busy.lock().expect("no panic").0 -= 1;
                seats.release();
            });
        }
    });
    let (now, most) = *busy.lock().expect("no panic");
    println!("never more than two: {}", most <= 2);
    println!("still busy: {now}");
}
// ANCHOR_END: main
