//! Kills a process that another one traces, so that it cannot be collected, and goes on, as the variation says:
//!
//! - `exit`: the forkserver, which the exit of the program kills.
//! - `start`: the forkserver, before another start.
//! - `run_all`: a child whose time is up.

use std::io::{Read, pipe};
use std::mem::ManuallyDrop;
use std::time::Duration;

use multiprocess::{Process, run_all};
use multiprocess_programs::meeting::{Gate, Place, arrive, pass, stay};
use multiprocess_programs::{os, proc, run, show, variation};

/// Has a process traced by another one until `wait` returns there. `false` if that is not allowed.
fn hold(pid: u32, wait: impl FnOnce()) -> bool {
    let place = Place::new("traced");
    if os::fork().is_none() {
        let traces = os::trace(pid);
        arrive("traced");
        if traces {
            wait();
        }
        os::exit_now(0);
    }
    place.wait();
    let holds = proc::is_traced(pid);
    if !holds {
        println!("not possible: a process may not trace another");
    }
    holds
}

fn be_held() {
    if hold(std::process::id(), || pass("gate")) {
        stay();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    if variation() == "run_all" {
        let gate = Gate::new("gate");
        println!("{:?}", run_all(1, Some(Duration::from_secs(1)), &[Process::new(be_held, ())]));
        gate.open();
        return Ok(());
    }
    show(run(&Process::new(|| 42, ())));
    let server = proc::forkserver().expect("it has forked a child");
    let (mut told, tells) = pipe().expect("a pipe can be made");
    // The pipe's other end goes with this process, after its exit handlers.
    let mut own = Some(ManuallyDrop::new(tells));
    let held = hold(server, || {
        own.take().map(ManuallyDrop::into_inner);
        let _ = told.read(&mut [0]);
    });
    if held {
        os::kill(server, libc::SIGKILL);
        if variation() == "start" {
            show(run(&Process::new(|| 42, ())));
        }
    }
    Ok(())
}
