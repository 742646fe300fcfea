use std::sync::Mutex;
use std::thread;

struct Readings {
    count: u32,
    sum: u32,
}

static READINGS: Mutex<Readings> = Mutex::new(Readings { count: 0, sum: 0 });

fn record(degrees: u32) {
    let mut readings = READINGS.lock().expect("no holder has panicked");
    readings.count += 1;
    readings.sum += degrees;
} // `readings` is dropped here, which releases the lock

fn main() {
    thread::scope(|scope| {
        for degrees in [20, 22] {
            scope.spawn(move || (0..1000).for_each(|_| record(degrees)));
        }
    });
    let Readings { count, sum } = *READINGS.lock().expect("none panicked");
    println!("{count} readings, {} degrees on average", sum / count);
}
