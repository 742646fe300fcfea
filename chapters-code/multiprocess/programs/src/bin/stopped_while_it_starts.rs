//! A program that starts and joins children all the time, in a process group of its own, which is stopped by the signal
//! that the variation names and continued at random moments. With `CLIENT` in its environment this program is that one.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use multiprocess::{Process, Result};
use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats, run, variation};

const PATIENCE: Duration = Duration::from_secs(5);

fn client() -> Result<()> {
    loop {
        assert_eq!(run(&Process::new(|| 42, ()))?, 42);
    }
}

/// Waits until the process is in one of these states, or in none of them; gives whether that has come.
fn comes_to(pid: u32, states: &[char], among: bool) -> bool {
    let until = Instant::now() + PATIENCE;
    while proc::state(pid).is_some_and(|state| states.contains(&state)) != among {
        if Instant::now() > until {
            return false;
        }
        thread::yield_now();
    }
    true
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if std::env::var_os("CLIENT").is_some() {
        return client();
    }
    let signal = match variation().as_str() {
        "SIGTSTP" => libc::SIGTSTP,
        "SIGSTOP" => libc::SIGSTOP,
        other => panic!("no such signal: {other}"),
    };
    let mut random = Random::from_environment();
    let own = std::env::current_exe().expect("/proc is mounted");
    let mut client = Command::new(own)
        .arg(variation())
        .env("CLIENT", "1")
        .process_group(0)
        .spawn()
        .expect("this program can be started");
    let group = client.id();
    let (mut stopped, mut dead) = (0, 0);
    for _ in 0..repeats(300) {
        let until = Instant::now() + random.moment(Duration::from_millis(2));
        // Time is what the fault waits for.
        thread::sleep(until.saturating_duration_since(Instant::now()));
        assert!(os::kill_group_if_there(group, signal), "the client has ended");
        // What cannot be blocked may stop a child that its parent waits for without being stopped itself.
        let states: &[char] = if signal == libc::SIGSTOP { &['T', 'D'] } else { &['T'] };
        if comes_to(group, states, true) {
            stopped += 1;
        } else {
            dead += 1;
            eprintln!("after {stopped} stops the client is in state {:?}", proc::state(group));
        }
        assert!(os::kill_group_if_there(group, libc::SIGCONT), "the client has ended");
        assert!(comes_to(group, &['T', 'D'], false), "the client does not go on");
        if dead > 2 {
            break;
        }
    }
    println!("not stopped: {dead} times");
    os::kill_group_if_there(group, signal);
    // It ends the client wherever that stands; the children of a client that spawns have the same group.
    assert!(os::kill_group_if_there(group, libc::SIGKILL), "the client has ended");
    let ended = client.wait().expect("the client can be waited for");
    println!("ended by: {:?}", ended.signal());
    Ok(())
}
