//! Starts a process without ever calling `init`.

use multiprocess::Process;
use multiprocess_programs::{note_run, show};

fn main() {
    note_run();
    show(Process::new(|| 42, ()).start().and_then(|mut child| child.join()));
}
