use std::collections::HashMap;
use std::sync::{Barrier, LazyLock, Mutex};
use std::thread;

type Seats = HashMap<u32, &'static str>;

static SEATS: LazyLock<Mutex<Seats>> = LazyLock::new(Mutex::default);
static BOTH_HAVE_CHECKED: Barrier = Barrier::new(2);

fn is_free(seat: u32) -> bool {
    let seats = SEATS.lock().expect("no holder has panicked");
    !seats.contains_key(&seat)
}

fn sell(seat: u32, guest: &'static str) {
    if is_free(seat) {
        BOTH_HAVE_CHECKED.wait(); // the unlucky moment, in every run
        let mut seats = SEATS.lock().expect("no holder has panicked");
        seats.insert(seat, guest);
        println!("seat {seat} is yours, {guest}");
    }
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| sell(12, "Ann"));
        scope.spawn(|| sell(12, "Ben"));
    });
}
