use std::sync::{Arc, Mutex};
use std::thread;

fn sell(sold: &Mutex<u32>) {
    for _ in 0..1000 {
        *sold.lock().unwrap() += 1;
    }
}

fn main() {
    let sold = Arc::new(Mutex::new(0));
    let mut sellers = Vec::new();
    for _ in 0..2 {
        let sold = Arc::clone(&sold);
        sellers.push(thread::spawn(move || sell(&sold)));
    }
    for seller in sellers {
        seller.join().unwrap();
    }
    println!("sold: {}", sold.lock().unwrap());
}
