use std::sync::{Condvar, Mutex, mpsc};
use std::thread;

static SHOWN: Mutex<u32> = Mutex::new(0);
static CHANGED: Condvar = Condvar::new();

fn customer(ticket: u32, holds_lock: mpsc::Sender<()>) {
    let shown = SHOWN.lock().expect("no holder has panicked");
    holds_lock.send(()).expect("main is there");
    let waited = CHANGED.wait_while(shown, |shown| *shown != ticket);
    let mut shown = waited.expect("no holder has panicked");
    println!("ticket {ticket} is served");
    *shown += 1;
    CHANGED.notify_one();
}

fn main() {
    thread::scope(|scope| {
        for ticket in [2, 1, 3] {
            let (sender, holds_lock) = mpsc::channel();
            scope.spawn(move || customer(ticket, sender));
            holds_lock.recv().expect("the customer sends it");
        }
        println!("three customers wait");
        *SHOWN.lock().expect("no holder has panicked") = 1;
        CHANGED.notify_one();
    });
    println!("the shop closes");
}
