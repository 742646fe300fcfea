use std::thread;

use multiprocess::sync::Barrier;

// ANCHOR: station
/// Breaks the barrier unless its station has gone through.
struct BreakOnLeave<'a>(&'a Barrier);

impl Drop for BreakOnLeave<'_> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn station(measured: &Barrier, reading: Result<u32, &str>) {
    let guard = BreakOnLeave(measured);
    let Ok(reading) = reading else { return };
    match measured.wait() {
        Ok(_) => println!("goes on with {reading}"),
        Err(_) => println!("{reading} is not used"),
    }
    std::mem::forget(guard); // it has waited: don't break the barrier
}
// ANCHOR_END: station

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    let measured = &Barrier::new(3)?;
    thread::scope(|scope| {
        for reading in [Ok(11), Err("no power"), Ok(14)] {
            scope.spawn(move || station(measured, reading));
        }
    });
    println!("broken: {}", measured.is_broken());
    Ok(())
}
// ANCHOR_END: main
