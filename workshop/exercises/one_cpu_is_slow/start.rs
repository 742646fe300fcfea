use std::ops::Range;
use std::thread::sleep;
use std::time::Duration;

use multiprocess::{Process, Result};

const TERMS: u64 = 72_000;
const PARTS: u64 = 12;

/// The sum of a part, computed on this CPU. The sleep represents the time that it takes there. No other code may ask which
/// CPU is slow, 0 or 1. (A child has the arguments of its parent.)
fn sum(part: u64, cpu: u64) -> f64 {
    let slow: u64 = std::env::args().nth(1).map_or(1, |cpu| cpu.parse().expect("the CPU is 0 or 1"));
    sleep(Duration::from_millis(if cpu == slow { 200 } else { 10 }));
    println!("part {part} on CPU {cpu}");
    let terms = TERMS / PARTS * part..TERMS / PARTS * (part + 1);
    terms.map(|k| if k % 2 == 0 { 1.0 } else { -1.0 } / (2 * k + 1) as f64).sum()
}

/// The sums of these parts, one after the other on this CPU.
fn sums(parts: Range<u64>, cpu: u64) -> Vec<f64> {
    parts.map(|part| sum(part, cpu)).collect()
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut left = Process::new(sums, (0..PARTS / 2, 0)).start()?;
    let mut right = Process::new(sums, (PARTS / 2..PARTS, 1)).start()?;
    let sums = [left.join()?, right.join()?].concat();
    println!("pi, about: {}", 4.0 * sums.iter().sum::<f64>());
    Ok(())
}
