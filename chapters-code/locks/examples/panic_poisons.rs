use std::sync::Mutex;
use std::thread;

static READINGS: Mutex<(u32, u32)> = Mutex::new((2, 42));

fn record(text: &str) {
    let mut readings = READINGS.lock().expect("no holder has panicked");
    readings.0 += 1;
    readings.1 += text.parse::<u32>().expect("a number");
}

fn main() {
    let thread = thread::Builder::new().name("sensor 3".into());
    let sensor = thread.spawn(|| record("broken")).expect("it starts");
    println!("the thread panicked: {}", sensor.join().is_err());
    match READINGS.lock() {
        Ok(_) => println!("the lock is fine"),
        Err(poisoned) => {
            let mut readings = poisoned.into_inner();
            println!("poisoned, and the value is {readings:?}");
            readings.0 -= 1; // the reading that was counted has no degrees
            READINGS.clear_poison();
        }
    }
    record("24");
    println!("repaired: {:?}", READINGS.lock().expect("it is repaired"));
}
