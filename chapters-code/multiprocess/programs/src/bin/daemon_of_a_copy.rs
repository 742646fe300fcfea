//! A copy, made by other people's code, starts a daemon and is killed; the original lives on and waits for the daemon's
//! end. With `after a start` the original has started a child before.

use std::io::{BufRead, BufReader, Write, pipe};
use std::os::fd::AsFd;
use std::time::Duration;

use multiprocess::{Process, Result, wait};
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::{os, run, variation};

fn daemon() {
    arrive("daemon");
    stay();
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation() == "after a start" {
        run(&Process::new(|| (), ()))?;
    }
    let place = Place::new("daemon");
    let (read, mut write) = pipe().expect("a pipe or a pair of sockets can be made");
    let Some(copy) = os::fork() else {
        let daemon = Process::new(daemon, ()).name("daemon").daemon(true).start()?;
        place.wait();
        writeln!(write, "{}", daemon.pid()).expect("the original reads it");
        // Its original has a descriptor of the daemon by then.
        stay();
        unreachable!("it is killed");
    };
    drop(write);
    let mut line = String::new();
    BufReader::new(read).read_line(&mut line).expect("it is text");
    let pid = line.trim().parse().expect("the copy writes a pid");
    let daemon = os::pidfd(pid);
    os::kill(copy, libc::SIGKILL);
    println!("the copy: {}", os::end_of(copy));
    let ended = wait(&[daemon.as_fd()], Some(Duration::from_secs(5)))?;
    println!("its daemon ends: {}", !ended.is_empty());
    if ended.is_empty() {
        os::kill(pid, libc::SIGKILL);
    }
    Ok(())
}
