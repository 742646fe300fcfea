//! A parent that may have half a gigabyte of addresses (`ulimit -v`): too few to hold a child's outcome by a mapping.

use multiprocess::{Process, Result};
use multiprocess_programs::{os, proc, show};

fn leave() {
    std::process::exit(0)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::limit(libc::RLIMIT_AS, 512 << 20);
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let mut child = Process::new(|| "x".repeat(1 << 20), ()).start()?;
    println!("{}", proc::descriptors().len() - before.len());
    show(child.join().map(|text| text.len()));
    drop(child);
    show(Process::new(leave, ()).start()?.join());
    assert_eq!(proc::descriptors(), before);
    Ok(())
}
