//! Starts its child from the file that `EXECUTABLE` names, and one from itself afterwards.

use multiprocess::{Process, set_executable};
use multiprocess_programs::{note_run, show};

fn arguments() -> Vec<String> {
    std::env::args().skip(1).collect()
}

fn main() -> multiprocess::Result<()> {
    note_run();
    multiprocess::init();
    set_executable(std::env::var_os("EXECUTABLE").map(Into::into))?;
    show(Process::new(arguments, ()).start().and_then(|mut child| child.join()));
    set_executable(None)?;
    show(Process::new(arguments, ()).start().and_then(|mut child| child.join()));
    Ok(())
}
