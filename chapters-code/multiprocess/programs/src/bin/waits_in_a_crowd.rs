//! As many threads as `REPEATS` says wait for one permit, and as many for one lock. All get it, and the time limits of those who
//! have one hold.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use multiprocess::shared::RawValue;
use multiprocess::sync::{Event, Mutex, Semaphore};
use multiprocess::{LockError, Process, Result};
use multiprocess_programs::repeats;

const LONG: Duration = Duration::from_secs(300);

fn crowd(permits: Semaphore, total: Mutex<u32>, waiting: RawValue<u32>, count: u32) -> u32 {
    let got = RawValue::new(0_u32).expect("there is memory");
    std::thread::scope(|scope| {
        for _ in 0..count {
            let wait = || {
                waiting.fetch_add(1, Relaxed);
                let permit = permits.acquire_timeout(LONG).expect("one becomes free");
                *total.lock_timeout(LONG).expect("it becomes free") += 1;
                drop(permit);
                got.fetch_add(1, Relaxed);
            };
            std::thread::Builder::new()
                .stack_size(64 << 10)
                .spawn_scoped(scope, wait)
                .expect("a thread starts");
        }
    });
    got.load(Relaxed)
}

fn hold(permits: Semaphore, held: Event, go: Event) {
    let _permit = permits.acquire().expect("it is free");
    held.set();
    assert!(go.wait_timeout(LONG));
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (permits, total, waiting) = (Semaphore::new(1)?, Mutex::new(0)?, RawValue::new(0)?);
    let (held, go, count) = (Event::new()?, Event::new()?, repeats(1000));
    let mut holder = Process::new(hold, (permits.clone(), held.clone(), go.clone())).start()?;
    assert!(held.wait_timeout(LONG));
    let arguments = (permits.clone(), total.clone(), waiting.clone(), count);
    let mut child = Process::new(crowd, arguments).start()?;
    let begun = Instant::now();
    while waiting.load(Relaxed) < count {
        assert!(begun.elapsed() < LONG);
        std::thread::sleep(Duration::from_millis(1));
    }
    let limit = Duration::from_millis(50);
    let begun = Instant::now();
    let late = matches!(permits.acquire_timeout(limit), Err(LockError::TimedOut));
    eprintln!("{:?} late beside {count}", begun.elapsed().saturating_sub(limit));
    println!("timed out: {late}");
    go.set();
    let begun = Instant::now();
    let got = child.join()?;
    eprintln!("{got} got it in {:?}", begun.elapsed());
    println!("all: {}", got == count && *total.lock()? == count);
    holder.join()?;
    println!("free: {}", permits.available());
    Ok(())
}
