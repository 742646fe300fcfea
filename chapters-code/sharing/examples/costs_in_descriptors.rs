use std::fs;

use multiprocess::queue::joinable_queue;
use multiprocess::shared::Value;
use multiprocess::{Result, duplex, pipe, queue};

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("/proc is mounted").count()
}

/// How many KiB of unnamed shared memory this process has mapped.
fn shared_memory() -> u64 {
    let maps =
        fs::read_to_string("/proc/self/maps").expect("/proc is mounted");
    let shared = maps.lines().filter(|line| line.contains("/memfd:"));
    let bytes = shared.map(|line| {
        let (from, rest) = line.split_once('-').expect("two addresses");
        let (to, _) = rest.split_once(' ').expect("two addresses");
        let at = |hex| u64::from_str_radix(hex, 16).expect("an address");
        at(to) - at(from)
    });
    bytes.sum::<u64>() / 1024
}

// ANCHOR: count
fn count<T, E>(
    name: &str,
    made: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<(), E> {
    let (fds, memory) = (descriptors(), shared_memory());
    let _open = made()?;
    let (fds, memory) = (descriptors() - fds, shared_memory() - memory);
    println!("{name}: {fds} descriptors, {memory} KiB");
    Ok(())
}

fn main() -> Result<()> {
    multiprocess::init();
    count("pipe", pipe::<u64>)?;
    count("duplex pipe", duplex::<u64, u64>)?;
    count("queue of 10", || queue::<u64>(10))?;
    count("queue of 1,000,000", || queue::<u64>(1_000_000))?;
    count("joinable queue of 10", || joinable_queue::<u64>(10))?;
    count("shared value", || Value::new(0_u64))?;
    Ok(())
}
// ANCHOR_END: count
