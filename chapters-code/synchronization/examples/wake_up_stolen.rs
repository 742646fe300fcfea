use std::sync::{Condvar, Mutex, mpsc};
use std::thread;

static PARCELS: Mutex<u32> = Mutex::new(0);
static CHANGED: Condvar = Condvar::new();

fn driver(holds_lock: &mpsc::Sender<()>) {
    let mut parcels = PARCELS.lock().expect("no holder has panicked");
    holds_lock.send(()).expect("main is there");
    if *parcels == 0 {
        parcels = CHANGED.wait(parcels).expect("no holder has panicked");
    }
    println!("the driver was woken, and finds {} parcels", *parcels);
}

fn main() {
    let (sender, holds_lock) = mpsc::channel();
    let driver = thread::spawn(move || driver(&sender));
    holds_lock.recv().expect("the driver sends it");
    // The driver holds the lock, and releases it by waiting.
    let mut parcels = PARCELS.lock().expect("no holder has panicked");
    *parcels += 1;
    CHANGED.notify_one();
    *parcels -= 1; // another driver is quicker
    println!("another driver took the parcel");
    drop(parcels);
    driver.join().expect("it does not panic");
}
