use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

// ANCHOR: event
pub struct Event {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Event {
    pub fn unset() -> Event {
        Event { flag: Mutex::new(false), changed: Condvar::new() }
    }

    pub fn set(&self) {
        *self.flag.lock().expect("no panic") = true;
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        *self.flag.lock().expect("no panic") = false;
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let flag = self.flag.lock().expect("no panic");
        let waited = self.changed.wait_timeout_while(flag, timeout, |f| !*f);
        *waited.expect("no panic").0
    }
}
// ANCHOR_END: event

fn main() {
    let open = Event::unset();
    println!("before: {}", open.wait_timeout(Duration::ZERO));
    thread::scope(|scope| {
        let wait = || open.wait_timeout(Duration::from_secs(60));
        let waiting = [scope.spawn(wait), scope.spawn(wait)];
        open.set();
        for thread in waiting {
            println!("woken: {}", thread.join().expect("no panic"));
        }
    });
    open.clear();
    println!("after: {}", open.wait_timeout(Duration::ZERO));
}
