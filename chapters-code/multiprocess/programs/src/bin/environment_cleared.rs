//! Clears its environment before `init`, save for what the test needs.

use multiprocess::Process;
use multiprocess_programs::{note_run, os, run, show};

fn main() {
    note_run();
    os::clear_environment(&["RUNS", "MULTIPROCESS_TEST"]);
    multiprocess_programs::init();
    show(run(&Process::new(|| 42, ())));
}
