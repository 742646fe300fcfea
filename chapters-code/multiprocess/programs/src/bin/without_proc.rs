//! Starts a child where `/proc` is not mounted. Only root can have it so; others say what is missing.

use multiprocess::Process;
use multiprocess_programs::{os, run, show};

fn main() {
    multiprocess_programs::init();
    if !os::hide_proc() {
        println!("not root");
        return;
    }
    show(run(&Process::new(|| 42, ())));
}
