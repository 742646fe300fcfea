use std::time::{Duration, Instant};

use multiprocess::{Process, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

// ANCHOR: clock
/// Reads the clock over and over for 300 ms, and counts the times at which it
/// jumps by more than 1 ms.
fn watch_the_clock() -> u32 {
    let start = Instant::now();
    let (mut last, mut jumps) = (start, 0);
    while last - start < Duration::from_millis(300) {
        let now = Instant::now();
        if now - last > Duration::from_millis(1) {
            jumps += 1;
        }
        last = now;
    }
    jumps
}

fn main() -> Result<()> {
    multiprocess::init();
    pin_to_one_cpu();
    let first = Process::new(watch_the_clock, ()).start()?;
    let second = Process::new(watch_the_clock, ()).start()?;
    for mut child in [first, second] {
        let jumps = child.join()?;
        let name = child.name();
        println!("{name} saw the clock jump again and again: {}", jumps > 2);
    }
    Ok(())
}
// ANCHOR_END: clock

// ANCHOR: pin
/// Keeps this process, and the children that it starts from now on, on one of
/// the CPUs that it may use.
fn pin_to_one_cpu() {
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).expect("the affinity can be read");
    let mut cpus = 0..CpuSet::count();
    let first = cpus.find(|&cpu| allowed.is_set(cpu) == Ok(true));
    let mut one = CpuSet::new();
    one.set(first.expect("a CPU is allowed")).expect("the CPU fits the set");
    sched_setaffinity(this, &one).expect("fewer CPUs are allowed");
}
// ANCHOR_END: pin
