use std::sync::{Condvar, Mutex};
use std::thread;

static FIRED: Mutex<bool> = Mutex::new(false);
static CHANGED: Condvar = Condvar::new();

fn runner(number: u32) {
    let fired = FIRED.lock().expect("no holder has panicked");
    let waited = CHANGED.wait_while(fired, |fired| !*fired);
    drop(waited.expect("no holder has panicked"));
    println!("runner {number} runs");
}

fn main() {
    thread::scope(|scope| {
        for number in 1..=3 {
            scope.spawn(move || runner(number));
        }
        println!("bang");
        *FIRED.lock().expect("no holder has panicked") = true;
        CHANGED.notify_all();
    });
}
