use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::ClockId;
use nix::unistd::Pid;

// ANCHOR: clock
/// Reads the clock over and over until this thread has used 60 ms of CPU time,
/// and counts the times at which the clock jumps by more than 1 ms.
fn watch_the_clock() -> u32 {
    let (mut last, mut jumps) = (Instant::now(), 0);
    while cpu_time() < Duration::from_millis(60) {
        let now = Instant::now();
        if now - last > Duration::from_millis(1) {
            jumps += 1;
        }
        last = now;
    }
    jumps
}

fn main() {
    pin_to_one_cpu();
    let first = thread::spawn(watch_the_clock);
    let second = thread::spawn(watch_the_clock);
    let jumps = first.join().expect("it does not panic");
    println!("the first saw the clock jump more than once: {}", jumps > 1);
    let jumps = second.join().expect("it does not panic");
    println!("the second saw the clock jump more than once: {}", jumps > 1);
}
// ANCHOR_END: clock

// ANCHOR: pin
/// The CPU time that this thread has used so far.
fn cpu_time() -> Duration {
    let clock = ClockId::CLOCK_THREAD_CPUTIME_ID;
    clock.now().expect("it can be read").into()
}

/// Keeps this thread, and those that it starts from now on, on one of the CPUs
/// that it may use.
fn pin_to_one_cpu() {
    let this = Pid::from_raw(0); // 0 means the thread that calls
    let allowed = sched_getaffinity(this).expect("the affinity can be read");
    let mut cpus = 0..CpuSet::count();
    let first = cpus.find(|&cpu| allowed.is_set(cpu) == Ok(true));
    let mut one = CpuSet::new();
    one.set(first.expect("a CPU is allowed")).expect("the CPU fits the set");
    sched_setaffinity(this, &one).expect("fewer CPUs are allowed");
}
// ANCHOR_END: pin
