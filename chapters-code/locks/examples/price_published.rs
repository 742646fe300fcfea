use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::*};
use std::thread;

static PRICE: AtomicU64 = AtomicU64::new(0);
static IS_SET: AtomicBool = AtomicBool::new(false);

fn set_price() {
    PRICE.store(42, Relaxed); // the data
    IS_SET.store(true, Release); // the flag
}

fn read_price() -> u64 {
    while !IS_SET.load(Acquire) {
        spin_loop();
    }
    PRICE.load(Relaxed)
}

fn main() {
    let reader = thread::spawn(read_price);
    set_price();
    let price = reader.join().expect("it does not panic");
    println!("the price is {price}");
}
