// TIMELINE: locks, marks
use std::sync::Barrier;
use std::thread;

static MEASURED: Barrier = Barrier::new(3);

fn station(name: &str, reading: Result<u32, &str>) {
    let Ok(reading) = reading else {
        println!("{name} has no reading, and leaves");
        return;
    };
    MEASURED.wait();
    println!("{name} goes on with {reading}");
}

fn main() {
    marks::name(&MEASURED, "the barrier");
    let readings = [("north", Ok(11)), ("south", Err("no power"))];
    let threads = readings.map(|(name, reading)| {
        let thread = thread::Builder::new().name(name.into());
        thread.spawn(move || station(name, reading)).expect("it starts")
    });
    MEASURED.wait(); // `main` is the third
    for thread in threads {
        thread.join().expect("it does not panic");
    }
}
