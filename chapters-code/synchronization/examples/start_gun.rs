use std::sync::{Condvar, Mutex};
use std::thread;

struct Gun {
    fired: Mutex<bool>,
    changed: Condvar,
}

impl Gun {
    fn wait(&self) {
        let fired = self.fired.lock().expect("no holder has panicked");
        let fired = self.changed.wait_while(fired, |fired| !*fired);
        drop(fired.expect("no holder has panicked"));
    }

    fn fire(&self) {
        *self.fired.lock().expect("no holder has panicked") = true;
        self.changed.notify_all();
    }
}

fn main() {
    let gun = &Gun { fired: Mutex::new(false), changed: Condvar::new() };
    thread::scope(|scope| {
        for runner in 1..=3 {
            scope.spawn(move || {
                gun.wait();
                println!("runner {runner} runs");
            });
        }
        println!("bang");
        gun.fire();
    });
}
