//! Eight processes and this one use each lock at once. Every line says what came of it.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use multiprocess::shared::{Array, RawArray, RawValue, SharedMemory, Value};
use multiprocess::sync::{Barrier, Condition, Event, Lock, Mutex, RLock, Semaphore};
use multiprocess::{Process, Result};
use serde::{Deserialize, Serialize};

const PROCESSES: usize = 8;
const ROUNDS: u64 = 500;
const LONG: Duration = Duration::from_secs(30);

/// Everything at once, as one argument.
#[derive(Clone, Serialize, Deserialize)]
struct Shared {
    start: Barrier,
    total: Mutex<u64>,
    lock: Lock,
    under_lock: RawValue<u64>,
    again: RLock,
    under_again: RawValue<u64>,
    permits: Semaphore,
    inside: RawValue<u32>,
    most: RawValue<u32>,
    value: Value<f64>,
    array: Array<u32>,
    numbers: RawArray<i64>,
    bytes: SharedMemory,
    turn: Mutex<u32>,
    turned: Condition,
    done: Event,
}

impl Shared {
    fn new() -> Result<Shared> {
        Ok(Shared {
            start: Barrier::new(PROCESSES as u32 + 1)?,
            total: Mutex::new(0)?,
            lock: Lock::new()?,
            under_lock: RawValue::new(0)?,
            again: RLock::new()?,
            under_again: RawValue::new(0)?,
            permits: Semaphore::new(3)?,
            inside: RawValue::new(0)?,
            most: RawValue::new(0)?,
            value: Value::new(0.0)?,
            array: Array::zeroed(4)?,
            numbers: RawArray::zeroed(PROCESSES)?,
            bytes: SharedMemory::new(PROCESSES)?,
            turn: Mutex::new(0)?,
            turned: Condition::new()?,
            done: Event::new()?,
        })
    }
}

/// Loses counts if another process comes in between.
fn add_in_two_steps(number: &RawValue<u64>) {
    number.store(number.load(Relaxed) + 1, Relaxed);
}

fn work(shared: &Shared, number: usize) -> Result<bool> {
    let leader = shared.start.wait_timeout(LONG)?.is_leader();
    for _ in 0..ROUNDS {
        *shared.total.lock_timeout(LONG)? += 1;
        {
            let _guard = shared.lock.lock_timeout(LONG)?;
            add_in_two_steps(&shared.under_lock);
        }
        {
            let _outer = shared.again.lock_timeout(LONG)?;
            let _inner = shared.again.lock_timeout(LONG)?;
            add_in_two_steps(&shared.under_again);
        }
        {
            let _permit = shared.permits.acquire_timeout(LONG)?;
            shared.most.fetch_max(shared.inside.fetch_add(1, Relaxed) + 1, Relaxed);
            shared.inside.fetch_sub(1, Relaxed);
        }
        *shared.value.lock_timeout(LONG)? += 0.5;
        for number in shared.array.lock_timeout(LONG)?.iter_mut() {
            *number += 1;
        }
        shared.numbers.fetch_add(number, 1, Relaxed);
        shared.numbers.fetch_add((number + 1) % PROCESSES, -1, Relaxed);
    }
    shared.bytes.write(number, &[number as u8 + 1]);
    // One after the other, in the order of their numbers.
    let turn = shared.turn.lock_timeout(LONG)?;
    let (mut turn, waited) = shared.turned.wait_timeout_while(turn, LONG, |turn| *turn != number as u32)?;
    assert!(!waited.timed_out(), "{number} has not had its turn");
    *turn += 1;
    drop(turn);
    shared.turned.notify_all();
    assert!(shared.done.wait_timeout(LONG), "{number} has not been told");
    Ok(leader)
}

fn child(shared: Shared, number: usize) -> bool {
    work(&shared, number).expect("no process is killed")
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let shared = Shared::new()?;
    let start = |number| Process::new(child, (shared.clone(), number)).start();
    let mut children = (0..PROCESSES).map(start).collect::<Result<Vec<_>, _>>()?;
    let mut leaders = u32::from(shared.start.wait_timeout(LONG)?.is_leader());
    let turn = shared.turn.lock_timeout(LONG)?;
    let all = |turn: &mut u32| *turn < PROCESSES as u32;
    let (turn, waited) = shared.turned.wait_timeout_while(turn, LONG, all)?;
    println!("turns: {turn}, in time: {}", !waited.timed_out());
    drop(turn);
    shared.done.set();
    for child in &mut children {
        leaders += u32::from(child.join()?);
    }
    println!("leaders: {leaders}");
    println!("mutex: {}", *shared.total.lock()?);
    println!("lock: {}", shared.under_lock.load(Relaxed));
    println!("recursive lock: {}", shared.under_again.load(Relaxed));
    println!(
        "permits: {} free, at most 3 used: {}",
        shared.permits.available(),
        shared.most.load(Relaxed) <= 3
    );
    println!("value: {}", shared.value.get()?);
    println!("array: {:?}", shared.array.lock()?);
    let mut numbers = [1; PROCESSES];
    shared.numbers.copy_to_slice(0, &mut numbers);
    println!("numbers: {numbers:?}");
    let mut bytes = [0; PROCESSES];
    shared.bytes.read(0, &mut bytes);
    println!("bytes: {bytes:?}");
    Ok(())
}
