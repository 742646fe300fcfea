use std::process::Command;

use multiprocess::{Process, wait};

fn my_process() {
    std::process::exit(3)
}

fn run_helper() {
    let mut helper = Command::new("true").spawn().expect("it is installed");
    helper.wait().expect("nobody else collects it");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(my_process, ()).start()?;
    wait(&[child.sentinel()], None)?; // it has ended, nobody has collected it
    run_helper();
    child.join()?;
    Ok(())
}
