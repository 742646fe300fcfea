//! Starts a child where the kernel gives no descriptor of a process, and has the child's target run before its parent could notice.
//! Prints what comes of the start, and what the target has noted.

use std::fs::File;
use std::os::fd::AsFd;
use std::sync::OnceLock;
use std::time::Duration;

use multiprocess::{Process, wait};
use multiprocess_programs::meeting::{Place, arrive};
use multiprocess_programs::notes::{note, sorted};
use multiprocess_programs::os::{self, sandbox};
use multiprocess_programs::{run, show};

/// Where the target arrives. A `static`, because what is called after a fork takes no arguments.
static ARRIVAL: OnceLock<File> = OnceLock::new();

fn target() -> u32 {
    note("the target runs");
    arrive("target");
    42
}

/// Goes on after a while if the library lets no target run yet.
extern "C" fn let_the_target_run() {
    if let Some(arrival) = ARRIVAL.get() {
        let _ = wait(&[arrival.as_fd()], Some(Duration::from_millis(500)));
    }
}

fn main() {
    multiprocess_programs::init();
    let arrival = Place::new("target").open();
    assert!(ARRIVAL.set(arrival).is_ok(), "it is set once");
    os::after_fork_in_parent(let_the_target_run);
    sandbox::refuse(sandbox::call("pidfd_open"), libc::EPERM);
    show(run(&Process::new(target, ())));
    println!("{:?}", sorted());
}
