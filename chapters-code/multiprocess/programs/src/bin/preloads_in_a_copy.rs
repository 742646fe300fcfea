//! A copy of a program whose forkserver runs names a preload hook for a forkserver of its own: a copy that other code has
//! made, or, with `child`, a forked child.

use std::sync::atomic::{AtomicBool, Ordering};

use multiprocess::{Process, Result, set_forkserver_preload, start_forkserver};
use multiprocess_programs::{os, said, start_and_join, variation};

static HOOK_HAS_RUN: AtomicBool = AtomicBool::new(false);

fn has_run() -> bool {
    HOOK_HAS_RUN.load(Ordering::Relaxed)
}

/// What the copy is told, and whether the hook has run for its child.
fn preload() -> (String, String) {
    let told = said(set_forkserver_preload(|| HOOK_HAS_RUN.store(true, Ordering::Relaxed)));
    (told, said(start_and_join(Process::new(has_run, ()))))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    start_forkserver()?;
    if variation() == "child" {
        println!("copy: {:?}", start_and_join(Process::new(preload, ()).start_method(os::fork_method()))?);
    } else {
        let Some(copy) = os::fork() else {
            println!("copy: {:?}", preload());
            std::process::exit(0);
        };
        println!("the copy: {}", os::end_of(copy));
    }
    println!("original: {}", said(start_and_join(Process::new(has_run, ()))));
    Ok(())
}
