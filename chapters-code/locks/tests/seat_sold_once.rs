//! The seat of `seat_sold_twice`, checked and sold under one lock.

use std::collections::HashMap;

use loom::sync::{Arc, Mutex};
use loom::thread;

type Seats = Mutex<HashMap<u32, &'static str>>;

// ANCHOR: sell
fn sell(seats: &Seats, guest: &'static str) -> bool {
    let mut seats = seats.lock().expect("no holder has panicked");
    if seats.contains_key(&12) {
        return false;
    }
    seats.insert(12, guest);
    true
}
// ANCHOR_END: sell

#[test]
fn one_guest_gets_the_seat() {
    loom::model(|| {
        let seats = Arc::new(Seats::new(HashMap::new()));
        let same = Arc::clone(&seats);
        let ben = thread::spawn(move || sell(&same, "Ben"));
        let ann_got_it = sell(&seats, "Ann");
        let ben_got_it = ben.join().expect("it does not panic");
        assert_ne!(ann_got_it, ben_got_it, "one of the two gets the seat");
    });
}
