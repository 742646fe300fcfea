// TIMELINE: locks, marks
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;

static PARCELS: Mutex<u32> = Mutex::new(0);
static CHANGED: Condvar = Condvar::new();
static HAS_LOOKED: Barrier = Barrier::new(2);
static HAS_NOTIFIED: Barrier = Barrier::new(2);

fn driver() {
    let parcels = *PARCELS.lock().expect("no holder has panicked");
    HAS_LOOKED.wait(); // the unlucky moment, in every run
    HAS_NOTIFIED.wait();
    if parcels == 0 {
        println!("the driver saw no parcel, and waits");
        let guard = PARCELS.lock().expect("no holder has panicked");
        drop(CHANGED.wait(guard));
    }
    println!("the driver goes");
}

fn main() {
    marks::name(&CHANGED, "a change");
    let thread = thread::Builder::new().name("driver".into());
    let driver = thread.spawn(driver).expect("a thread can be started");
    HAS_LOOKED.wait();
    *PARCELS.lock().expect("no holder has panicked") += 1;
    marks::mark("notifies");
    CHANGED.notify_one();
    HAS_NOTIFIED.wait();
    driver.join().expect("it does not panic");
}
