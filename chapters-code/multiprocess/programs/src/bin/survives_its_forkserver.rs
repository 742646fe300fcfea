//! Daemons and other children when their forkserver is killed, and then their client, which is this program
//! again, with `CLIENT` in its environment.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use multiprocess::{Process, Result, parent_process, wait};
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::{os, proc};

fn daemon() {
    arrive("daemon");
    stay();
}

/// Runs until its parent has ended, and then says so.
fn heir() {
    arrive("heir");
    let parent = parent_process().expect("it has one");
    let ready = wait(&[parent.sentinel()], None).expect("it can be waited for");
    println!("told: {ready:?}, alive: {}", parent.is_alive());
}

fn client() -> Result<()> {
    let places = [Place::new("daemon"), Place::new("heir")];
    let mut daemon = Process::new(daemon, ()).daemon(true).start()?;
    let _heir = Process::new(heir, ()).start()?;
    places.into_iter().for_each(Place::wait);
    let first = proc::forkserver().expect("it runs");
    os::kill(first, libc::SIGKILL);
    assert_eq!(Process::new(|| 42, ()).start()?.join()?, 42);
    assert_eq!(Process::new(|| 42, ()).start()?.join()?, 42);
    println!("another server: {}", proc::forkserver().is_some_and(|server| server != first));
    println!("the daemon lives: {}", daemon.is_alive()? && daemon.try_join()?.is_none());
    println!("daemon {}", daemon.pid());
    stay();
    Ok(())
}

#[expect(clippy::zombie_processes, reason = "it is collected with all that it leaves")]
fn main() -> Result<()> {
    multiprocess_programs::init();
    if std::env::var_os("CLIENT").is_some() {
        return client();
    }
    os::adopt_orphans();
    let own = std::env::current_exe().expect("/proc is mounted");
    let mut client =
        Command::new(own).env("CLIENT", "1").stdout(Stdio::piped()).spawn().expect("it can be run");
    let mut lines = BufReader::new(client.stdout.take().expect("it is a pipe")).lines();
    let daemon: u32 = loop {
        let line = lines.next().expect("it says more").expect("text");
        match line.strip_prefix("daemon ") {
            Some(pid) => break pid.parse().expect("a number"),
            None => println!("{line}"),
        }
    };
    os::kill(client.id(), libc::SIGKILL);
    // What the heir says, and then the end: nobody has the pipe any more.
    lines.for_each(|line| println!("{}", line.expect("text")));
    while os::collect_any_child() {}
    println!("the daemon is gone: {}", proc::state(daemon).is_none());
    Ok(())
}
