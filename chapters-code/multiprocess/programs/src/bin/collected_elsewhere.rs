//! Somebody else takes the child's exit status: another `thread` of the parent, or the kernel because SIGCHLD is
//! `ignored`. The child returns a value, or is killed (`thread killed`); with `ignored slow parent` it has ended before the
//! parent's `fork` returns, unless something holds it back.

use std::{thread, time::Duration};

use multiprocess::{Process, Result};
use multiprocess_programs::{os, show, variation};

fn end(killed: bool) -> u32 {
    if killed {
        os::kill_self(libc::SIGKILL);
    }
    42
}

extern "C" fn be_slow() {
    thread::sleep(Duration::from_millis(100));
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let variation = variation();
    if variation.starts_with("ignored") {
        os::ignore(libc::SIGCHLD);
    }
    if variation.ends_with("slow parent") {
        os::after_fork_in_parent(be_slow);
    }
    let mut child = Process::new(end, (variation.ends_with("killed"),)).start()?;
    if variation.starts_with("thread") {
        thread::spawn(|| while os::collect_any_child() {}).join().expect("it does not panic");
    }
    show(child.join());
    Ok(())
}
