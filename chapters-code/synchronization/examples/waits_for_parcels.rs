use std::sync::{Condvar, Mutex};
use std::thread;

static PARCELS: Mutex<u32> = Mutex::new(0);
static CHANGED: Condvar = Condvar::new();

fn driver() {
    let guard = PARCELS.lock().expect("no holder has panicked");
    let waited = CHANGED.wait_while(guard, |parcels| *parcels < 3);
    let mut parcels = waited.expect("no holder has panicked");
    println!("the driver takes {} parcels", *parcels);
    *parcels = 0;
}

fn main() {
    let driver = thread::spawn(driver);
    for _ in 0..3 {
        let mut parcels = PARCELS.lock().expect("no holder has panicked");
        *parcels += 1;
        println!("parcel {} is on the ramp", *parcels);
        drop(parcels);
        CHANGED.notify_one();
    }
    driver.join().expect("it does not panic");
}
