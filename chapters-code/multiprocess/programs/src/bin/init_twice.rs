//! Calls `init` a second time, where the first call could not be made.

use multiprocess::Process;
use multiprocess_programs::{note_run, show};

fn main() {
    note_run();
    multiprocess_programs::init();
    std::thread::spawn(multiprocess::init).join().expect("init does not panic");
    show(Process::new(|| 42, ()).start().and_then(|mut child| child.join()));
}
