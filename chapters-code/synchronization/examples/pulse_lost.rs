use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

static PULSE: Condvar = Condvar::new();
static NO_STATE: Mutex<()> = Mutex::new(());

fn runner() {
    let guard = NO_STATE.lock().expect("no holder has panicked");
    let patience = Duration::from_millis(200);
    let waited = PULSE.wait_timeout(guard, patience);
    let (_guard, result) = waited.expect("no holder has panicked");
    println!("the runner gave up: {}", result.timed_out());
}

fn main() {
    PULSE.notify_all();
    println!("bang");
    let late = thread::spawn(runner);
    late.join().expect("it does not panic");
}
