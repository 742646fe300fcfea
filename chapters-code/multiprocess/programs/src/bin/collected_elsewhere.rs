//! Somebody else takes the child's exit status: another `thread` of the parent, or the kernel because SIGCHLD is
//! `ignored`. The child returns a value, or is killed (`thread killed`).

use std::thread;

use multiprocess::{Process, Result};
use multiprocess_programs::{os, show, variation};

fn end(killed: bool) -> u32 {
    if killed {
        os::kill_self(libc::SIGKILL);
    }
    42
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let variation = variation();
    if variation.starts_with("ignored") {
        os::ignore(libc::SIGCHLD);
    }
    let mut child = Process::new(end, (variation.ends_with("killed"),)).start()?;
    if variation.starts_with("thread") {
        thread::spawn(|| while os::collect_any_child() {}).join().expect("it does not panic");
    }
    show(child.join());
    Ok(())
}
