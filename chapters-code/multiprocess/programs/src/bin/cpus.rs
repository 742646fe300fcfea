//! How many CPUs there are, and how many of them the process may use: as it is started, and bound to one CPU.

use multiprocess::{Process, Result, cpu_count, process_cpu_count};
use multiprocess_programs::{os, show};

fn counts() -> (usize, usize) {
    (cpu_count(), process_cpu_count())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (machine, own) = counts();
    println!("{}", 1 <= own && own <= machine);
    os::bind_to_one_cpu();
    println!("{}", counts() == (machine, 1));
    show(Process::new(counts, ()).start()?.join().map(|childs| childs == (machine, 1)));
    Ok(())
}
