//! Starts in a control group that may have three threads, of which this program's is one.

use multiprocess::{Process, Result};
use multiprocess_programs::cgroup::Cgroup;
use multiprocess_programs::meeting::stay;
use multiprocess_programs::{proc, show};

fn main() -> Result<()> {
    multiprocess_programs::init();
    let group = match Cgroup::new("pids") {
        Ok(group) => group,
        Err(reason) => {
            println!("not possible: {reason}");
            return Ok(());
        }
    };
    group.limit_threads(3);
    group.enter();
    let mut children = Vec::new();
    for _ in 0..2 {
        children.push(Process::new(stay, ()).daemon(true).start()?);
    }
    let (descriptors, processes) = (proc::descriptors(), proc::children().len());
    for _ in 0..2 {
        show(Process::new(|| 42, ()).start().map(drop));
        assert_eq!(proc::descriptors(), descriptors);
        assert_eq!(proc::children().len(), processes);
    }
    let mut one = children.remove(0);
    one.kill()?;
    show(one.join());
    show(Process::new(|| 42, ()).start()?.join());
    let mut other = children.remove(0);
    other.kill()?;
    show(other.join());
    assert_eq!(proc::children(), []);
    Ok(())
}
