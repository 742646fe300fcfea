use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::ClockId;
use nix::unistd::Pid;

// ANCHOR: turns
fn add_up() {
    let sum: f64 = (1..3_000_000).map(|n| 1.0 / f64::from(n)).sum();
    black_box(sum);
}

// ARGUMENT: cpus: 1..=2 = 1
fn main() {
    let given = std::env::args().nth(1);
    let cpus = given.map_or(1, |text| text.parse().expect("a number"));
    pin_to(cpus);

    let both_have_begun = Barrier::new(2);
    let task = || {
        both_have_begun.wait();
        add_up();
    };
    let (start, before) = (Instant::now(), cpu_time());
    thread::scope(|scope| {
        let other = scope.spawn(task);
        task();
        other.join().expect("the other thread does not panic");
    });
    let used = cpu_time() - before;
    let elapsed = start.elapsed();
    println!("both tasks were under way at the same time");
    println!("it took less time than they computed: {}", elapsed < used);
}
// ANCHOR_END: turns

/// The CPU time that this process has used so far.
fn cpu_time() -> Duration {
    let clock = ClockId::CLOCK_PROCESS_CPUTIME_ID;
    clock.now().expect("it can be read").into()
}

/// Keeps this process and its threads on so many CPUs, if it may use them.
fn pin_to(count: usize) {
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).expect("the affinity can be read");
    let cpus = 0..CpuSet::count();
    let mut few = CpuSet::new();
    for cpu in cpus.filter(|&cpu| allowed.is_set(cpu) == Ok(true)).take(count)
    {
        few.set(cpu).expect("the CPU fits the set");
    }
    sched_setaffinity(this, &few).expect("fewer CPUs are allowed");
}
