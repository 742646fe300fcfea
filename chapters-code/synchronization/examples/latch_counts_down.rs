use std::sync::{Condvar, Mutex};
use std::thread;

// ANCHOR: latch
struct Latch {
    left: Mutex<usize>,
    is_zero: Condvar,
}

impl Latch {
    fn count_down(&self) {
        let mut left = self.left.lock().expect("no holder has panicked");
        *left -= 1;
        if *left == 0 {
            self.is_zero.notify_all();
        }
    }

    fn wait(&self) {
        let left = self.left.lock().expect("no holder has panicked");
        let _zero = self
            .is_zero
            .wait_while(left, |left| *left > 0)
            .expect("no holder has panicked");
    }
}
// ANCHOR_END: latch

// ANCHOR: main
fn main() {
    let loading = &Latch { left: Mutex::new(3), is_zero: Condvar::new() };
    thread::scope(|scope| {
        for part in ["map", "prices", "users"] {
            scope.spawn(move || {
                println!("loaded: {part}");
                loading.count_down();
                // here the thread would go on and serve
            });
        }
        loading.wait();
        println!("open for customers");
    });
}
// ANCHOR_END: main
