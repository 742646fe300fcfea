//! How many CPUs the process may use in a control group that limits its share of CPU time.

use multiprocess::{Process, Result, cpu_count, process_cpu_count};
use multiprocess_programs::cgroup::Cgroup;
use multiprocess_programs::show;

fn counts() -> (usize, usize) {
    (cpu_count(), process_cpu_count())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (machine, own) = counts();
    if own < 2 {
        println!("not possible: this process may use one CPU only");
        return Ok(());
    }
    let group = match Cgroup::new("cpu") {
        Ok(group) => group,
        Err(reason) => {
            println!("not possible: {reason}");
            return Ok(());
        }
    };
    group.enter();
    println!("without a limit: {}", counts() == (machine, own));
    for (hundredths, expected) in [(100, 1), (199, 1), (200, 2), (50, 1), (100_000, own)] {
        group.limit_cpu(hundredths);
        println!("{hundredths} hundredths: {}", counts() == (machine, expected));
        show(Process::new(counts, ()).start()?.join().map(|childs| childs == (machine, expected)));
    }
    Ok(())
}
