//! Starts a child while a guard is in a static: a forked child has a copy of the guard, and the lock is its parent's.

use std::cell::RefCell;

use multiprocess::sync::{Event, Lock, Mutex, MutexGuard, Permit, Semaphore};
use multiprocess::{LockError, Process, Result};

thread_local! {
    static GUARD: RefCell<Option<MutexGuard<'static, u32>>> = const { RefCell::new(None) };
    static PERMIT: RefCell<Option<Permit<'static>>> = const { RefCell::new(None) };
}

fn child(number: Mutex<u32>, permits: Semaphore, dropped: Event, free: Event, other: Lock) -> Vec<String> {
    let mut said = Vec::new();
    // Under fork there are copies. They are dropped here, and hold nothing.
    let copies = (GUARD.take(), PERMIT.take());
    drop(copies);
    said.push(format!("would block: {}", matches!(number.try_lock(), Err(LockError::WouldBlock))));
    said.push(format!("free: {}", permits.available()));
    // Other locks work in the child.
    said.push(format!("other lock: {}", other.lock().is_ok()));
    dropped.set();
    assert!(free.wait_timeout(std::time::Duration::from_secs(30)));
    said.push(format!("then: {:?}", number.lock().map(|guard| *guard).map_err(|error| error.to_string())));
    said
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let number: &'static Mutex<u32> = Box::leak(Box::new(Mutex::new(1)?));
    let permits: &'static Semaphore = Box::leak(Box::new(Semaphore::new(1)?));
    let (dropped, free, other) = (Event::new()?, Event::new()?, Lock::new()?);
    GUARD.set(Some(number.lock()?));
    PERMIT.set(Some(permits.acquire()?));
    let arguments = (number.clone(), permits.clone(), dropped.clone(), free.clone(), other);
    let mut child = Process::new(child, arguments).start()?;
    assert!(dropped.wait_timeout(std::time::Duration::from_secs(30)));
    // The copy has been dropped, and the lock is still held.
    println!("held: {}", matches!(number.try_lock(), Err(LockError::Deadlock)));
    println!("free: {}", permits.available());
    *GUARD.take().expect("it is here") = 2;
    drop(PERMIT.take());
    free.set();
    for line in child.join()? {
        println!("child: {line}");
    }
    println!("after: {}, {} free", *number.lock()?, permits.available());
    Ok(())
}
