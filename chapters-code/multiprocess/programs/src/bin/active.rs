//! The children of a process that have not ended, as they come and go.

use std::os::fd::AsFd;

use multiprocess::{Process, Result, active_children, wait};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::show;

fn list() {
    let names: Vec<String> =
        active_children().iter().map(|child| format!("{} {}", child.name(), child.daemon())).collect();
    println!("{names:?}");
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    list();
    let mut first = Process::new(stay, ()).start()?;
    let second = Process::new(stay, ()).daemon(true).start()?;
    let third = Process::new(stay, ()).name("third").start()?;
    list();
    first.kill()?;
    wait(&[first.as_fd()], None)?;
    list();
    // A child that nobody holds is active still, and can be waited for.
    let pid = third.pid();
    third.kill()?;
    let active = active_children();
    drop(third);
    let found = active.iter().find(|child| child.pid() == pid);
    if let Some(third) = found {
        wait(&[third.as_fd()], None)?;
    }
    drop(active);
    list();
    show(first.join());
    list();
    second.kill()?;
    wait(&[second.as_fd()], None)?;
    list();
    Ok(())
}
