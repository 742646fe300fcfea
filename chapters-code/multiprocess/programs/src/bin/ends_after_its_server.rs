//! Children that exit, are killed and return after their forkserver has been killed; asked how they ended, then joined.
//! With `late` this happens in a child of this program, which adopts the orphans and collects none before that has ended.

use std::os::fd::AsFd;
use std::process::Command;
use std::time::Duration;

use multiprocess::{Process, Result, wait};
use multiprocess_programs::meeting::{Gate, Place, arrive, pass};
use multiprocess_programs::{os, proc, said, variation};

const ENDS: [&str; 3] = ["exits", "killed", "returns"];

fn end(how: String) -> u32 {
    arrive(&how);
    pass("gate");
    match how.as_str() {
        "exits" => std::process::exit(7),
        "killed" => os::kill_self(libc::SIGKILL),
        _ => {}
    }
    42
}

/// Runs this program once more, below a process that collects late, as a busy first process does.
fn run_below() {
    os::adopt_orphans();
    let own = std::env::current_exe().expect("/proc is mounted");
    let mut client = Command::new(own).spawn().expect("this program can be started");
    println!("{}", client.wait().expect("the client can be waited for"));
    while os::collect_any_child() {}
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation() == "late" {
        run_below();
        return Ok(());
    }
    let gate = Gate::new("gate");
    let places = ENDS.map(Place::new);
    let mut children = ENDS
        .iter()
        .map(|how| Process::new(end, (how.to_string(),)).start())
        .collect::<Result<Vec<_>, _>>()?;
    places.into_iter().for_each(Place::wait);
    let server = proc::forkserver().expect("the forkserver runs");
    let pidfd = os::pidfd(server);
    os::kill(server, libc::SIGKILL);
    wait(&[pidfd.as_fd()], Some(Duration::from_secs(10)))?;
    gate.open();
    for (how, child) in ENDS.iter().zip(&mut children) {
        wait(&[child.as_fd()], Some(Duration::from_secs(10)))?;
        println!("{how} status {} joined {}", said(child.exit_status()), said(child.join()));
    }
    Ok(())
}
