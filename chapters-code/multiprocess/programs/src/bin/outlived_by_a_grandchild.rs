//! A child ends and leaves a process that has inherited all that the child had. The child's sentinel is ready then, and
//! not before.

use std::os::fd::AsFd;
use std::time::Duration;

use multiprocess::{Process, Result, wait};
use multiprocess_programs::meeting::{Gate, Place, arrive, pass};
use multiprocess_programs::{os, proc};

fn leave_a_copy() -> u32 {
    let copy = os::raw_fork(&os::Copy::Stays);
    arrive("child");
    pass("end");
    copy
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (place, gate) = (Place::new("child"), Gate::new("end"));
    let mut child = Process::new(leave_a_copy, ()).start()?;
    place.wait();
    println!("{:?}", wait(&[child.sentinel()], Some(Duration::from_millis(30)))?);
    gate.open();
    println!("{:?}", wait(&[child.as_fd()], None)?);
    let copy = child.join()?;
    println!("the grandchild runs: {}", proc::state(copy).is_some_and(|state| state != 'Z'));
    os::kill(copy, libc::SIGKILL);
    Ok(())
}
