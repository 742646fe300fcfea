//! Starts a process without ever calling `init`.

use multiprocess::Process;
use multiprocess_programs::{note_run, show, start_method};

fn main() {
    note_run();
    show(Process::new(|| 42, ()).start_method(start_method()).start().and_then(|mut child| child.join()));
}
