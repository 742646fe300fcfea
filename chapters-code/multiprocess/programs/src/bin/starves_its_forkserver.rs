//! Takes descriptors or processes from the forkserver, starts until that fails, gives them back, and starts again.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use multiprocess::{Child, Process, Result, StartError};
use multiprocess_programs::cgroup::Cgroup;
use multiprocess_programs::meeting::{Gate, pass};
use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats, variation};

fn work(round: u32) -> u32 {
    pass(&format!("gate-{round}"));
    round
}

/// Starts until it is refused, and gives what was started and why it was refused.
fn start_until_refused(round: u32) -> Result<(Vec<Child<u32>>, i32)> {
    let mut children = Vec::new();
    for _ in 0..100 {
        match Process::new(work, (round,)).start() {
            Ok(child) => children.push(child),
            Err(StartError::System { step: "fork, in the forkserver", source, .. }) => {
                return Ok((children, source.raw_os_error().expect("it comes from the system")));
            }
            Err(error) => return Err(error.into()),
        }
    }
    panic!("round {round}: nothing was refused")
}

fn join_all(round: u32, children: Vec<Child<u32>>) -> Result<usize> {
    let count = children.len();
    for mut child in children {
        assert_eq!(child.join()?, round);
    }
    Ok(count)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let what = variation();
    let mut random = Random::from_environment();
    // Gates are made there, by whoever this process is then.
    let folder = std::env::var_os("FOLDER").expect("FOLDER names a folder");
    fs::set_permissions(folder, Permissions::from_mode(0o777)).expect("it is ours");
    let group = match what.as_str() {
        "processes, by a control group" => match Cgroup::new("pids") {
            Ok(group) => Some(group),
            Err(reason) => {
                println!("not possible: {reason}");
                return Ok(());
            }
        },
        "processes, by the user" if !os::become_nobody() => {
            println!("not root");
            return Ok(());
        }
        _ => None,
    };
    if let Some(group) = &group {
        group.enter();
    }
    Process::new(|| (), ()).start()?.join()?;
    let server = proc::forkserver().expect("it runs");
    let before = proc::descriptors();
    let (mut started, repeats) = (0, repeats(200));
    for round in 0..repeats {
        let gate = Gate::new(&format!("gate-{round}"));
        let (resource, value, expected) = match what.as_str() {
            // Fewer than it has and needs for one more child.
            "descriptors" => (libc::RLIMIT_NOFILE, random.below(11), libc::EMFILE),
            "processes, by the user" => (libc::RLIMIT_NPROC, 0, libc::EAGAIN),
            _ => (libc::RLIMIT_NPROC, libc::RLIM_INFINITY, libc::EAGAIN),
        };
        let limited = (group.is_none()).then(|| os::limit_other(server, resource, value));
        if let Some(group) = &group {
            // This process, the server, one that stands by.
            group.limit_threads(3 + random.below(6) as u32);
        }
        let (mut children, errno) = start_until_refused(round)?;
        assert_eq!(errno, expected, "round {round}");
        let (again, errno) = start_until_refused(round)?;
        assert_eq!(errno, expected, "round {round}, again");
        children.extend(again);
        gate.open();
        // Of the group's and the user's limit what the children had is free when they have been joined.
        if let Some(before) = limited {
            os::limit_other(server, resource, before);
        }
        let any = !children.is_empty();
        started += join_all(round, children)?;
        if any || limited.is_some() {
            // The kernel may give back what a process counted for only a little after that has ended.
            let mut child = loop {
                match Process::new(|| 42, ()).start() {
                    Err(StartError::System { source, .. }) if source.raw_os_error() == Some(expected) => {}
                    started => break started?,
                }
            };
            assert_eq!(child.join()?, 42, "round {round}");
        }
        assert_eq!(proc::forkserver(), Some(server), "round {round}");
    }
    if let Some(group) = &group {
        group.limit_threads(100);
    }
    assert_eq!(Process::new(|| 42, ()).start()?.join()?, 42);
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    eprintln!("{repeats} rounds, {started} children beside those that were refused");
    println!("{}", started > repeats as usize / 4);
    Ok(())
}
