//! Each wait with a time limit, while signals come every half millisecond and the holder is stopped.

use std::time::{Duration, Instant};

use multiprocess::sync::{Barrier, Condition, Event, Lock, Mutex, RLock, Semaphore};
use multiprocess::{LockError, Process, Result};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::os;

const LONG: Duration = Duration::from_secs(30);
const LIMIT: Duration = Duration::from_millis(50);

fn hold(mutex: Mutex<u8>, again: RLock, permits: Semaphore, held: Event) {
    let _mutex = mutex.lock().expect("it is free");
    let _again = again.lock().expect("it is free");
    let _permit = permits.acquire().expect("it is free");
    held.set();
    stay();
}

/// Says whether the wait ended by its limit, not before it, and not much later.
fn timed(what: &str, wait: impl FnOnce() -> bool) {
    let begun = Instant::now();
    let timed_out = wait();
    let took = begun.elapsed();
    eprintln!("{what}: {:?} late", took.saturating_sub(LIMIT));
    println!("{what}: {timed_out}, in time: {}", took >= LIMIT && took < LIMIT + Duration::from_secs(2));
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (mutex, again, permits) = (Mutex::new(0)?, RLock::new()?, Semaphore::new(1)?);
    let held = Event::new()?;
    let arguments = (mutex.clone(), again.clone(), permits.clone(), held.clone());
    let mut holder = Process::new(hold, arguments).start()?;
    assert!(held.wait_timeout(LONG));
    holder.signal(libc::SIGSTOP)?;
    os::handle(libc::SIGALRM);
    os::alarm_every(500);
    timed("mutex", || matches!(mutex.lock_timeout(LIMIT), Err(LockError::TimedOut)));
    timed("recursive lock", || matches!(again.lock_timeout(LIMIT), Err(LockError::TimedOut)));
    timed("semaphore", || matches!(permits.acquire_timeout(LIMIT), Err(LockError::TimedOut)));
    let event = Event::new()?;
    timed("event", || !event.wait_timeout(LIMIT));
    let (lock, condition) = (Lock::new()?, Condition::new()?);
    timed("condition", || {
        let guard = lock.lock().expect("it is free");
        condition.wait_timeout_while(guard, LIMIT, |()| true).expect("nobody is killed").1.timed_out()
    });
    let barrier = Barrier::new(2)?;
    timed("barrier", || barrier.wait_timeout(LIMIT).is_err());
    os::alarm_every(0);
    holder.signal(libc::SIGCONT)?;
    holder.kill()?;
    let _ = holder.join();
    println!("poisoned: {}", matches!(mutex.lock_timeout(LONG), Err(LockError::Poisoned(_))));
    println!("poisoned: {}", matches!(again.lock_timeout(LONG), Err(LockError::Poisoned(_))));
    println!("free: {}", permits.acquire_timeout(LONG).is_ok());
    Ok(())
}
