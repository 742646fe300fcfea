//! Calls `init` a second time, where the first call could not be made.

use multiprocess::Process;
use multiprocess_programs::{note_run, run, show};

fn main() {
    note_run();
    multiprocess_programs::init();
    std::thread::spawn(multiprocess::init).join().expect("init does not panic");
    show(run(&Process::new(|| 42, ())));
}
