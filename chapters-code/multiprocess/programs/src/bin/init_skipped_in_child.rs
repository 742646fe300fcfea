//! Calls `init` in the parent only, as a program does that puts it behind a condition.

use multiprocess::Process;
use multiprocess_programs::{CHILD, note_run, run, show};

fn main() {
    note_run();
    if std::env::var_os(CHILD).is_none() {
        multiprocess_programs::init();
    }
    show(run(&Process::new(|| 42, ())));
}
