use std::sync::atomic::Ordering::Relaxed;

use multiprocess::Process;
use multiprocess::shared::RawValue;
use multiprocess::sync::Barrier;

const ADDITIONS: u64 = 5_000_000;

fn add(shared: RawValue<u64>, start: Barrier) {
    start.wait().expect("both processes come");
    for _ in 0..ADDITIONS {
        let total = shared.load(Relaxed);
        shared.store(total + 1, Relaxed);
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let shared = RawValue::new(0)?;
    let start = Barrier::new(2)?;
    let both = || (shared.clone(), start.clone());
    let mut first = Process::new(add, both()).start()?;
    let mut second = Process::new(add, both()).start()?;
    first.join()?;
    second.join()?;
    let total = shared.load(Relaxed);
    println!("all additions were counted: {}", total == 2 * ADDITIONS);
    Ok(())
}
