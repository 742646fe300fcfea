use std::thread::sleep;
use std::time::Duration;

use multiprocess::{Child, Process, Result, wait};

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

/// A child that works on a part.
struct Worker {
    part: u64,
    cpu: u64,
    child: Child<f64>,
}

fn start(part: u64, cpu: u64) -> Result<Worker> {
    Ok(Worker { part, cpu, child: Process::new(sum, (part, cpu)).start()? })
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut running = vec![start(0, 0)?, start(1, 1)?];
    let mut rest = 2..PARTS;
    let mut sums = [0.0; PARTS as usize];
    while !running.is_empty() {
        let sentinels: Vec<_> = running.iter().map(|worker| worker.child.sentinel()).collect();
        let ended = wait(&sentinels, None)?[0];
        let Worker { part, cpu, mut child } = running.remove(ended);
        sums[part as usize] = child.join()?;
        if let Some(part) = rest.next() {
            running.push(start(part, cpu)?);
        }
    }
    println!("pi, about: {}", 4.0 * sums.iter().sum::<f64>());
    Ok(())
}
