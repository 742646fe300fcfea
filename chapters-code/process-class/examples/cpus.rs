use multiprocess::{Process, cpu_count, process_cpu_count};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

fn count() -> (usize, usize) {
    (cpu_count(), process_cpu_count())
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let online = cpu_count();

    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).expect("the affinity can be read");
    let mut one = CpuSet::new();
    let mut cpus = 0..CpuSet::count();
    let first = cpus.find(|&cpu| allowed.is_set(cpu) == Ok(true));
    one.set(first.expect("a CPU is allowed")).expect("the CPU fits the set");
    sched_setaffinity(this, &one).expect("fewer CPUs are allowed");

    let (machine, usable) = Process::new(count, ()).start()?.join()?;
    println!("the child may use {usable} CPU");
    println!("the machine has as many as before: {}", machine == online);
    Ok(())
}
