// TIMELINE: locks, marks
use std::sync::{Barrier, Mutex};
use std::thread;

static FORKS: [Mutex<()>; 3] = [const { Mutex::new(()) }; 3];
static ALL_HOLD_ONE: Barrier = Barrier::new(3);

fn eat(seat: usize) {
    let _left = FORKS[seat].lock().expect("no holder has panicked");
    ALL_HOLD_ONE.wait(); // the unlucky moment, in every run
    let _right = FORKS[(seat + 1) % 3].lock().expect("none panicked");
    println!("seat {seat} eats");
}

fn main() {
    marks::name(&ALL_HOLD_ONE, "the barrier");
    let mut seats = Vec::new();
    for (seat, fork) in FORKS.iter().enumerate() {
        marks::name(fork, &format!("fork {seat}"));
        let thread = thread::Builder::new().name(format!("seat {seat}"));
        seats.push(thread.spawn(move || eat(seat)).expect("it starts"));
    }
    println!("three sit down to eat");
    for seat in seats {
        seat.join().expect("it does not panic");
    }
}
