use std::sync::atomic::Ordering::Relaxed;

use multiprocess::Process;
use multiprocess::shared::RawValue;

const ADDITIONS: u64 = 5_000_000;

fn add(shared: RawValue<u64>) {
    for _ in 0..ADDITIONS {
        let total = shared.load(Relaxed);
        shared.store(total + 1, Relaxed);
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let shared = RawValue::new(0)?;
    let mut first = Process::new(add, (shared.clone(),)).start()?;
    let mut second = Process::new(add, (shared.clone(),)).start()?;
    first.join()?;
    second.join()?;
    let total = shared.load(Relaxed);
    println!("all additions were counted: {}", total == 2 * ADDITIONS);
    Ok(())
}
