//! Calls `init` while a second thread runs: `parent` in both processes, `child` in the child only.

use std::sync::mpsc;

use multiprocess::Process;
use multiprocess_programs::{CHILD, note_run, run, show, variation};

fn main() {
    note_run();
    let (_hold, held) = mpsc::channel::<()>();
    if variation() == "parent" || std::env::var_os(CHILD).is_some() {
        std::thread::spawn(move || held.recv());
    }
    multiprocess_programs::init();
    show(run(&Process::new(|| 42, ())));
}
