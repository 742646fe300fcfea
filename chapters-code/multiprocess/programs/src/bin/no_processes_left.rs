//! Starts as a user who may have no more processes. Only root can become that user.

use multiprocess::{Process, Result};
use multiprocess_programs::{os, proc, run, show};

fn main() -> Result<()> {
    multiprocess_programs::init();
    if !os::become_nobody() {
        println!("not root");
        return Ok(());
    }
    show(run(&Process::new(|| 42, ())));
    let before = proc::descriptors();
    os::limit(libc::RLIMIT_NPROC, 0);
    show(Process::new(|| 42, ()).start().map(drop));
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    Ok(())
}
