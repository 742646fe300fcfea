//! One process is killed while it holds what another one waits for: a mutex, a permit, a place at a barrier, a name.

use std::time::{Duration, Instant};

use multiprocess::shared::SharedMemory;
use multiprocess::sync::{Barrier, Event, Mutex, Semaphore};
use multiprocess::{BarrierError, LockError, Process, Result, SharedMemoryError};
use multiprocess_programs::meeting::stay;

const LONG: Duration = Duration::from_secs(30);

/// Changes one half of the value.
fn hold(parts: Mutex<[u32; 2]>, held: Event) {
    let mut guard = parts.lock().expect("it is free");
    guard[0] = 7;
    held.set();
    stay();
}

/// Waits for the mutex, and repairs the value.
fn repair(parts: Mutex<[u32; 2]>, waits: Event) -> String {
    waits.set();
    let text = match parts.lock_timeout(LONG) {
        Err(LockError::Poisoned(mut guard)) => {
            let text = format!("poisoned {:?}", *guard);
            guard[1] = guard[0];
            parts.clear_poison();
            text
        }
        other => format!("{other:?}"),
    };
    text
}

fn mutex() -> Result<()> {
    let (parts, held, waits) = (Mutex::new([0; 2])?, Event::new()?, Event::new()?);
    let mut holder = Process::new(hold, (parts.clone(), held.clone())).start()?;
    assert!(held.wait_timeout(LONG));
    let mut waiter = Process::new(repair, (parts.clone(), waits.clone())).start()?;
    assert!(waits.wait_timeout(LONG));
    println!("mutex, before: {:?}", parts.try_lock().map(|guard| *guard).map_err(|error| error.to_string()));
    let killed = Instant::now();
    holder.kill()?;
    let said = waiter.join()?;
    println!("mutex: {said}, soon: {}", killed.elapsed() < Duration::from_secs(5));
    println!("mutex, after: {:?}, poisoned: {}", *parts.lock()?, parts.is_poisoned());
    let _ = holder.join();
    Ok(())
}

fn keep_permit(permits: Semaphore, has: Event) {
    let _permit = permits.acquire().expect("it is free");
    has.set();
    stay();
}

fn take_permit(permits: Semaphore, waits: Event) -> bool {
    waits.set();
    permits.acquire_timeout(LONG).is_ok()
}

fn semaphore() -> Result<()> {
    let (permits, has) = (Semaphore::new(2)?, Event::new()?);
    let start_holder = || Process::new(keep_permit, (permits.clone(), has.clone())).start();
    let mut first = start_holder()?;
    assert!(has.wait_timeout(LONG));
    has.clear();
    let mut second = start_holder()?;
    assert!(has.wait_timeout(LONG));
    let waits = Event::new()?;
    let start_waiter = || Process::new(take_permit, (permits.clone(), waits.clone())).start();
    // The first one that waits is the one that watches. It is killed, and another one has to watch.
    let mut watcher = start_waiter()?;
    assert!(waits.wait_timeout(LONG));
    std::thread::sleep(Duration::from_millis(50));
    let mut waiter = start_waiter()?;
    println!("semaphore, before: {} free", permits.available());
    watcher.kill()?;
    let _ = watcher.join();
    let killed = Instant::now();
    first.kill()?;
    let got = waiter.join()?;
    println!("semaphore: got one: {got}, soon: {}", killed.elapsed() < Duration::from_secs(5));
    second.kill()?;
    let _ = (first.join(), second.join());
    println!("semaphore, after: {} free", permits.available());
    Ok(())
}

fn meet(barrier: Barrier) -> String {
    match barrier.wait_timeout(LONG) {
        Err(BarrierError::Broken) => "broken".to_owned(),
        other => format!("{other:?}"),
    }
}

fn barrier() -> Result<()> {
    let barrier = Barrier::new(3)?;
    let start = || Process::new(meet, (barrier.clone(),)).start();
    let (mut victim, mut other) = (start()?, start()?);
    let begun = Instant::now();
    while barrier.waiting() < 2 {
        assert!(begun.elapsed() < LONG);
        std::thread::yield_now();
    }
    victim.kill()?;
    let _ = victim.join();
    println!("barrier: {}, the other: {}", meet(barrier.clone()), other.join()?);
    barrier.reset()?;
    let (mut one, mut other) = (start()?, start()?);
    let passed =
        [barrier.wait_timeout(LONG).is_ok(), one.join()?.starts_with("Ok"), other.join()?.starts_with("Ok")];
    println!("barrier, after: {passed:?}");
    Ok(())
}

fn own(name: String, made: Event) {
    let memory = SharedMemory::create(&name, 64).expect("the name is free");
    memory.write(0, b"text");
    made.set();
    stay();
}

fn memory() -> Result<()> {
    let (name, made) = (format!("kills_holders {}", std::process::id()), Event::new()?);
    let mut owner = Process::new(own, (name.clone(), made.clone())).start()?;
    assert!(made.wait_timeout(LONG));
    let taken = SharedMemory::create(&name, 64);
    println!("memory, before: taken: {}", matches!(taken, Err(SharedMemoryError::NameTaken { .. })));
    let attached = SharedMemory::open(&name)?;
    owner.kill()?;
    let _ = owner.join();
    let gone = SharedMemory::open(&name);
    let mut text = [0; 4];
    attached.read(0, &mut text);
    println!("memory: gone: {}, kept: {text:?}", matches!(gone, Err(SharedMemoryError::NotFound { .. })));
    println!("memory, after: {}", SharedMemory::create(&name, 64).is_ok());
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    mutex()?;
    semaphore()?;
    barrier()?;
    memory()
}
