//! A program that adopts the orphans among its descendants, as a `subreaper` or as `process 1` of a pid namespace, and
//! whose forkserver is killed several times, beside a child that runs and one that has ended.

use std::os::fd::AsFd;
use std::process::Command;
use std::time::{Duration, Instant};

use multiprocess::{Process, Result, wait};
use multiprocess_programs::meeting::{Gate, pass};
use multiprocess_programs::{os, proc, repeats, run, said, variation};

const PATIENCE: Duration = Duration::from_secs(10);

fn run_on() -> u32 {
    pass("gate");
    42
}

/// This process's children that have ended and have not been collected, which any start or drop may do.
fn zombies() -> Result<usize> {
    let until = Instant::now() + Duration::from_secs(3);
    loop {
        run(&Process::new(|| (), ()))?;
        let listed = proc::kernels_children();
        let zombies = listed.iter().filter(|&&pid| proc::state(pid) == Some('Z')).count();
        if zombies == 0 || Instant::now() > until {
            return Ok(zombies);
        }
    }
}

fn lose_servers() -> Result<()> {
    let gate = Gate::new("gate");
    let mut children = Vec::new();
    for _ in 0..repeats(5) {
        children.push(Process::new(run_on, ()).start()?);
        // The program holds no handle of this one when its server is killed.
        drop(Process::new(run_on, ()).start()?);
        let server = proc::forkserver().expect("the forkserver runs");
        let pidfd = os::pidfd(server);
        os::kill(server, libc::SIGKILL);
        wait(&[pidfd.as_fd()], Some(PATIENCE))?;
    }
    println!("zombies: {}", zombies()?);
    gate.open();
    for child in &mut children {
        println!("{}", said(child.join()));
    }
    println!("zombies: {}", zombies()?);
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation() == "subreaper" {
        os::adopt_orphans();
        return lose_servers();
    }
    if std::process::id() == 1 {
        return lose_servers();
    }
    if let Err(error) = os::enter_pid_namespace() {
        println!("not possible: {error}");
        return Ok(());
    }
    let Some(first) = os::fork() else {
        if let Err(error) = os::mount_proc() {
            println!("not possible: {error}");
            os::exit_now(0);
        }
        use std::os::unix::process::CommandExt;
        panic!("{}", Command::new("/proc/self/exe").arg(variation()).exec());
    };
    let ended = os::end_of(first);
    println!("process 1: {ended}");
    Ok(())
}
