//! Who is a daemon, and that a daemon starts nothing.

use multiprocess::{Process, Result, current_process};
use multiprocess_programs::{show, variant};

fn look() -> (bool, String) {
    let started = match Process::new(|| (), ()).start() {
        Ok(mut child) => format!("{:?}, daemon: {}", child.join(), child.daemon()),
        Err(error) => {
            let error = error.into();
            format!("{}: {error}", variant(&error))
        }
    };
    (current_process().daemon(), started)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    println!("{}", current_process().daemon());
    show(Process::new(look, ()).start()?.join());
    show(Process::new(look, ()).daemon(false).start()?.join());
    let mut daemon = Process::new(look, ()).daemon(true).start()?;
    println!("{}", daemon.daemon());
    show(daemon.join());
    Ok(())
}
