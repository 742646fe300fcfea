use std::collections::HashMap;
use std::sync::{Barrier, Mutex};
use std::thread;

type Seats = Mutex<HashMap<u32, &'static str>>;

fn is_free(seats: &Seats, seat: u32) -> bool {
    let seats = seats.lock().expect("no holder has panicked");
    !seats.contains_key(&seat)
}

fn sell(seats: &Seats, both_have_checked: &Barrier, guest: &'static str) {
    if is_free(seats, 12) {
        both_have_checked.wait(); // the unlucky moment, in every run
        let mut seats = seats.lock().expect("no holder has panicked");
        seats.insert(12, guest);
        println!("seat 12 is yours, {guest}");
    }
}

fn main() {
    let (seats, both_have_checked) = (Seats::default(), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| sell(&seats, &both_have_checked, "Ann"));
        scope.spawn(|| sell(&seats, &both_have_checked, "Ben"));
    });
}
