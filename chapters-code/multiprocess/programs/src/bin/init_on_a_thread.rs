//! Calls `init` on a second thread: `parent` in both processes, `child` in the child only.

use multiprocess::Process;
use multiprocess_programs::{CHILD, note_run, run, show, variation};

fn main() {
    note_run();
    if variation() == "parent" || std::env::var_os(CHILD).is_some() {
        std::thread::spawn(multiprocess::init).join().expect("init does not panic");
    } else {
        multiprocess_programs::init();
    }
    show(run(&Process::new(|| 42, ())));
}
