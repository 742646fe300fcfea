use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

static PARCELS: Mutex<u32> = Mutex::new(2); // the third never comes
static CHANGED: Condvar = Condvar::new();

fn driver() {
    let guard = PARCELS.lock().expect("no holder has panicked");
    let departure = Duration::from_millis(200);
    let waited = CHANGED.wait_timeout_while(guard, departure, |p| *p < 3);
    let (parcels, result) = waited.expect("no holder has panicked");
    if result.timed_out() {
        println!("the driver goes with {} parcels", *parcels);
    } else {
        println!("the driver goes with all three");
    }
}

fn main() {
    let driver = thread::spawn(driver);
    CHANGED.notify_one(); // a waiting driver checks, and goes on waiting
    driver.join().expect("it does not panic");
}
