//! A child in a process group of its own starts a process that stays in the group and one that leaves it. The child is ended in
//! every way, and it is printed which of the two have ended, too. The variation `older kernel` is one before Linux 6.9.

use std::io::{BufRead, BufReader, Write, pipe};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use multiprocess::{Child, Process, Stdio, active_children, run_all, wait};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::{os, said, variation};

const PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take to be seen that a process goes on.
const BRIEF: Duration = Duration::from_millis(50);

/// Starts the two, prints their pids, and stays with them, or returns.
fn start_a_family(stays: bool) {
    let pids = [false, true].map(|leaves| {
        let (is_there, says_so) = pipe().expect("a pipe can be made");
        let Some(pid) = os::fork() else {
            if leaves {
                os::lead_group();
            }
            drop(says_so);
            stay();
            unreachable!("it stays");
        };
        drop(says_so);
        let _ = BufReader::new(is_there).read_line(&mut String::new());
        pid
    });
    println!("{} {}", pids[0], pids[1]);
    let _ = std::io::stdout().flush();
    if stays {
        stay();
    }
}

type Ending = (&'static str, bool, fn(Child<()>) -> Option<Child<()>>);

const ENDINGS: [Ending; 6] = [
    ("kill", true, |child| {
        child.kill().expect("it is this program's child");
        Some(child)
    }),
    ("terminate", true, |child| {
        child.terminate().expect("it is this program's child");
        Some(child)
    }),
    ("killer", true, |child| {
        child.killer().kill().expect("it is this program's child");
        Some(child)
    }),
    ("active child", true, |child| {
        active_children()[0].kill().expect("it is this program's child");
        Some(child)
    }),
    ("drop", true, |child| {
        drop(child.kill_on_drop(true));
        None
    }),
    ("after the join", false, |mut child| {
        child.join().expect("the target returns");
        child.kill().expect("it is this program's child");
        None
    }),
];

fn has_ended(process: &OwnedFd, within: Duration) -> bool {
    !wait(&[process.as_fd()], Some(within)).expect("a process can be waited for").is_empty()
}

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    match variation().as_str() {
        "older kernel" => os::sandbox::refuse(os::sandbox::GROUP_SIGNAL, libc::EINVAL),
        "refused" => os::sandbox::refuse(os::sandbox::call("setpgid"), libc::EPERM),
        _ => {}
    }
    let leads = || os::group() == std::process::id();
    println!("without a group: {}", said(Process::new(leads, ()).start()?.join()));
    match Process::new(leads, ()).own_group(true).start() {
        Ok(mut child) => println!("with its group: {}", said(child.join())),
        Err(error) => println!("not started: {error}"),
    }
    if variation() == "refused" {
        return Ok(());
    }
    for (name, joined_after, end) in ENDINGS {
        let process = Process::new(start_a_family, (joined_after,)).own_group(true).stdout(Stdio::piped());
        let mut child = process.start()?;
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        output.read_line(&mut line).expect("a pipe can be read");
        let pids: Vec<u32> = line.split_whitespace().map(|pid| pid.parse().expect("a pid")).collect();
        let [stays, leaves] = [pids[0], pids[1]].map(os::pidfd);
        if let Some(mut child) = end(child) {
            let _ = child.join();
        }
        // Only what an older kernel is expected to spare gets a short look. An end that is to come gets all the time it needs.
        let within = if variation() == "older kernel" && !joined_after { BRIEF } else { PATIENCE };
        println!("{name}: {} {}", has_ended(&stays, within), has_ended(&leaves, BRIEF));
        for (pid, process) in pids.into_iter().zip([stays, leaves]) {
            if !has_ended(&process, Duration::ZERO) {
                os::kill(pid, libc::SIGKILL);
            }
        }
    }
    // Children that have not entered their group yet are reached, too.
    for _ in 0..100 {
        let mut child = Process::new(stay, ()).own_group(true).start()?;
        child.kill().expect("it is this program's child");
        assert!(child.join_timeout(PATIENCE).is_err(), "it has been killed");
    }
    let slow = [Process::new(stay, ()).own_group(true)];
    println!("{:?}", run_all(1, Some(BRIEF), &slow));
    Ok(())
}
