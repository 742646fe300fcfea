use std::{io, thread};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

const THIS_THREAD: Pid = Pid::from_raw(0);

fn pin_to_first_cpu() -> nix::Result<()> {
    let allowed = sched_getaffinity(THIS_THREAD)?;
    let mut cpus = 0..CpuSet::count();
    let first = cpus.find(|&cpu| allowed.is_set(cpu) == Ok(true));
    let mut only = CpuSet::new();
    only.set(first.expect("at least one CPU is allowed"))?;
    sched_setaffinity(THIS_THREAD, &only)
}

fn main() -> io::Result<()> {
    let before = thread::available_parallelism()?;
    let pinned = thread::spawn(|| {
        pin_to_first_cpu()?;
        thread::available_parallelism()
    });
    println!("the pinned thread counts {}", pinned.join().unwrap()?);
    let same = thread::available_parallelism()? == before;
    println!("main counts as many as before: {same}");
    Ok(())
}
