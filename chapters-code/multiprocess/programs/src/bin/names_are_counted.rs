//! Three children of one process, and the children of a child: their default names.

use multiprocess::{Process, Result, current_process};
use multiprocess_programs::show;

fn family(depth: u32) -> Vec<String> {
    let mut names = vec![current_process().name().to_owned()];
    for _ in 0..2 * depth.min(1) {
        let child = Process::new(family, (depth - 1,)).start();
        names.extend(child.expect("a child can be started").join().expect("a grandchild returns"));
    }
    names
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    show(Process::new(family, (0,)).start()?.join());
    show(Process::new(family, (0,)).name("mine").start()?.join());
    show(Process::new(family, (2,)).start()?.join());
    Ok(())
}
