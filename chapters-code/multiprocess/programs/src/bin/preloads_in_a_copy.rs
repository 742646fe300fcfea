//! A copy of a program whose forkserver runs names a preload hook for a forkserver of its own: a copy that other code has
//! made, or, with `child`, a forked child.

use std::sync::atomic::{AtomicBool, Ordering};

use multiprocess::{Process, Result, set_forkserver_preload, start_forkserver};
use multiprocess_programs::{os, run, said, variation};

static HOOK_HAS_RUN: AtomicBool = AtomicBool::new(false);

fn has_run() -> bool {
    HOOK_HAS_RUN.load(Ordering::Relaxed)
}

/// What the copy is told, and whether the hook has run for its child.
fn preload() -> (String, String) {
    let told = said(set_forkserver_preload(|| HOOK_HAS_RUN.store(true, Ordering::Relaxed)));
    (told, said(run(&Process::new(has_run, ()))))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    start_forkserver()?;
    if variation() == "child" {
        println!("copy: {:?}", run(&Process::new(preload, ()).start_method(os::fork_method()))?);
    } else {
        let Some(copy) = os::fork() else {
            println!("copy: {:?}", preload());
            std::process::exit(0);
        };
        println!("the copy: {}", os::end_of(copy));
    }
    println!("original: {}", said(run(&Process::new(has_run, ()))));
    Ok(())
}
