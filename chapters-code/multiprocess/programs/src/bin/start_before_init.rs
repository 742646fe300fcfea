//! Starts a process without ever calling `init`.

use multiprocess::Process;
use multiprocess_programs::{note_run, run, show, start_method};

fn main() {
    note_run();
    show(run(&Process::new(|| 42, ()).start_method(start_method())));
}
