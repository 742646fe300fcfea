use std::hint::spin_loop;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use multiprocess::shared::{RawArray, RawValue};
use multiprocess::{Process, Result};

fn cook(ring: RawArray<u32>, tail: RawValue<usize>) {
    for head in 0..3 {
        while tail.load(Acquire) == head {
            spin_loop(); // no new order yet
        }
        let order = ring.load(head % ring.len(), Relaxed);
        println!("order {order}");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let ring = RawArray::zeroed(12)?;
    let tail = RawValue::new(0)?;
    let arguments = (ring.clone(), tail.clone());
    let mut cook = Process::new(cook, arguments).start()?;
    for (next, order) in [4, 5, 6].into_iter().enumerate() {
        ring.store(next % ring.len(), order, Relaxed);
        tail.store(next + 1, Release);
    }
    cook.join()?;
    Ok(())
}
