//! Starts its child from the file that `EXECUTABLE` names, and one from itself afterwards.

use multiprocess::{Process, set_executable};
use multiprocess_programs::{note_run, run, show};

fn arguments() -> Vec<String> {
    std::env::args().skip(1).collect()
}

fn main() -> multiprocess::Result<()> {
    note_run();
    multiprocess::init();
    set_executable(std::env::var_os("EXECUTABLE").map(Into::into))?;
    show(run(&Process::new(arguments, ())));
    set_executable(None)?;
    show(run(&Process::new(arguments, ())));
    Ok(())
}
