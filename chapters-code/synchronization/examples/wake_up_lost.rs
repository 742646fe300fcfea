// TIMELINE: locks, marks
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;

static PARCELS: Mutex<u32> = Mutex::new(0);
static CHANGED: Condvar = Condvar::new();
static MOMENT: Barrier = Barrier::new(2);

fn driver() {
    let parcels = *PARCELS.lock().expect("no holder has panicked");
    MOMENT.wait(); // from here to the next line, `main` acts
    MOMENT.wait();
    if parcels == 0 {
        println!("the driver saw no parcel, and waits");
        let guard = PARCELS.lock().expect("no holder has panicked");
        drop(CHANGED.wait(guard));
    }
    println!("the driver goes");
}

fn main() {
    marks::name(&CHANGED, "a change");
    marks::name(&MOMENT, "the barrier");
    let thread = thread::Builder::new().name("driver".into());
    let driver = thread.spawn(driver).expect("a thread can be started");
    MOMENT.wait();
    *PARCELS.lock().expect("no holder has panicked") += 1;
    marks::mark("notifies");
    CHANGED.notify_one();
    MOMENT.wait();
    driver.join().expect("it does not panic");
}
