//! A parent that may have half a gigabyte of addresses (`ulimit -v`): too few to hold a child's outcome by a mapping, as
//! the outcome of every child is from the ninth on.

use multiprocess::{Process, Result};
use multiprocess_programs::meeting::{Gate, pass};
use multiprocess_programs::{os, proc, show};

fn leave() {
    std::process::exit(0)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::limit(libc::RLIMIT_AS, 512 << 20);
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let gate = Gate::new("gate");
    let mut eight = (0..8).map(|_| Process::new(|| pass("gate"), ()).start()).collect::<std::result::Result<Vec<_>, _>>()?;
    let with_eight = proc::descriptors();
    let mut child = Process::new(|| "x".repeat(1 << 20), ()).start()?;
    println!("{}", proc::descriptors().len() - with_eight.len());
    show(child.join().map(|text| text.len()));
    drop(child);
    gate.open();
    eight.iter_mut().try_for_each(|child| child.join())?;
    drop(eight);
    show(Process::new(leave, ()).start()?.join());
    assert_eq!(proc::descriptors(), before);
    Ok(())
}
