use std::hint::spin_loop;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use multiprocess::shared::{RawArray, RawValue};
use multiprocess::{Process, Result};

// ANCHOR: ring
fn send(slots: &RawArray<u64>, tail: &RawValue<u64>, order: u64) {
    let next = tail.load(Relaxed);
    let slot = next as usize % slots.len();
    slots.store(slot, order, Relaxed);
    tail.store(next + 1, Release);
}

fn recv(slots: &RawArray<u64>, tail: &RawValue<u64>, head: u64) -> u64 {
    while tail.load(Acquire) == head {
        spin_loop();
    }
    slots.load(head as usize % slots.len(), Relaxed)
}
// ANCHOR_END: ring

fn cook(slots: RawArray<u64>, tail: RawValue<u64>) {
    for head in 0..3 {
        println!("order {}", recv(&slots, &tail, head));
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (slots, tail) = (RawArray::zeroed(12)?, RawValue::new(0)?);
    let arguments = (slots.clone(), tail.clone());
    let mut cook = Process::new(cook, arguments).start()?;
    for order in [4, 5, 6] {
        send(&slots, &tail, order);
    }
    cook.join()?;
    Ok(())
}
