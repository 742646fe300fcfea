//! A program that tries to outlive its run, or to escape from those that keep it, is ended all the same.
//!
//! Each attack is in `programs/attack.rs`. With `FULL=1` each run is abandoned two hundred times.

use std::{
    fs::File,
    io::Read,
    os::{
        fd::AsFd,
        unix::{fs::chown, process::CommandExt},
    },
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::stat::Mode,
    unistd::{geteuid, mkfifo},
};
use supervisor::{
    End, Request, RunError,
    oracle::{self, clean, clean_within},
    run, run_with, share,
};

const ATTACK: &str = env!("CARGO_BIN_EXE_attack");
const CALLER: &str = env!("CARGO_BIN_EXE_caller");
/// Far longer than anything here takes, in milliseconds.
const PATIENCE: u16 = 30_000;
/// A user whom root becomes.
const USER: u32 = 54_321;
/// How soon nothing is left of an abandoned run. A second on an idle machine; tests run on busy ones.
const SOON: Duration = Duration::from_secs(5);
const WAYS: [&str; 3] = ["untraced", "traced", "detailed"];

/// The attacks on those that keep a run.
const ON_KEEPERS: [&str; 8] =
    ["stop", "kill", "kill_both", "stop_both", "stop_and_kill", "limit", "seize", "lifeline"];
/// Those that keep a supervisor busy.
const ON_ITS_TIME: [&str; 2] = ["poll", "maps"];
/// Those that start children unseen.
const ON_ITS_EYES: [&str; 4] = ["read_only", "race", "int80", "x32"];

fn request(way: &str, attack: &str) -> Request {
    let request = Request::new(ATTACK).args([attack]);
    match way {
        "untraced" => request.untraced(),
        "traced" => request,
        _ => request.detailed(),
    }
}

#[test]
fn a_program_that_attacks_its_keepers_is_gone_soon_after_the_deadline() {
    for way in WAYS {
        for attack in ON_KEEPERS.into_iter().chain(ON_ITS_TIME) {
            let begun = Instant::now();
            let request = request(way, attack).within(Duration::from_millis(500));
            let ended = clean_within(SOON, || run_with(&request, |_| {}));
            match &ended {
                Ok(run) => assert_eq!(run.ended(), End::Deadline, "{attack}, {way}: {run:?}"),
                Err(RunError::Lost(_)) => {}
                Err(other) => panic!("{attack}, {way}: {other}"),
            }
            assert!(begun.elapsed() < Duration::from_secs(8), "{attack}, {way}: {:?}", begun.elapsed());
        }
    }
}

/// Without a tracer such a program outlives its run, as [`Request::untraced`] says.
#[test]
fn when_both_keepers_are_killed_the_kernel_kills_what_they_trace() {
    for way in ["traced", "detailed"] {
        let users: &[bool] = if geteuid().is_root() { &[false, true] } else { &[false] };
        for &as_user in users {
            clean_within(SOON, || abandon(way, "kill_both_unseen", as_user));
        }
        let request = request(way, "kill_both_unseen").within(Duration::from_secs(60));
        let lost = clean_within(SOON, || run_with(&request, |_| {}));
        assert!(matches!(lost, Err(RunError::Lost(_))), "{way}: {lost:?}");
    }
}

#[test]
fn no_call_can_name_a_keeper_of_the_run() {
    for way in WAYS {
        let run = clean(|| run(&request(way, "aim"))).expect("a run");
        let said = String::from_utf8_lossy(&run.stdout);
        assert_eq!(run.ended(), End::Exit(0), "{way}: {run:?}");
        assert_eq!(said.matches("refused").count(), 46, "{way}: {said}");
    }
}

#[test]
fn nothing_is_left_of_an_abandoned_run_whatever_it_attacks() {
    for way in WAYS {
        for attack in ON_KEEPERS.into_iter().chain(ON_ITS_TIME).chain(ON_ITS_EYES) {
            // What a user cannot do to his own processes root may.
            let users: &[bool] = if geteuid().is_root() { &[false, true] } else { &[false] };
            for &as_user in users {
                for _ in 0..share::times(1, 200) {
                    clean_within(SOON, || abandon(way, attack, as_user));
                }
            }
        }
    }
}

/// Kills the caller of a run once its program has attacked.
fn abandon(way: &str, attack: &str, as_user: bool) {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("attacked");
    mkfifo(&path, Mode::S_IRWXU).expect("a FIFO");
    if as_user {
        for path in [place.path(), &path] {
            chown(path, Some(USER), Some(USER)).expect("root may give files away");
        }
    }
    // Opened both ways, it waits for no other process.
    let attacked = File::options().read(true).write(true).open(&path).expect("the FIFO");
    let mut caller = Command::new(CALLER);
    caller.args([way, ATTACK, attack]).env("ATTACKED", &path).env(oracle::MARK, oracle::mark());
    caller.stdout(Stdio::piped()).stderr(Stdio::null());
    if as_user {
        caller.uid(USER).gid(USER);
    }
    let mut caller = caller.spawn().expect("the caller");
    let mut output = caller.stdout.take().expect("its output");
    // The program says that it has attacked; or its caller, that the run has ended because of that.
    let mut ready = [&attacked.as_fd(), &output.as_fd()].map(|fd| PollFd::new(*fd, PollFlags::POLLIN));
    // One that is traced in detail cannot say it while its tracer is stopped.
    let cannot_say = (way, attack) == ("detailed", "stop_both");
    let came = poll(&mut ready, PollTimeout::from(if cannot_say { 500 } else { PATIENCE }));
    caller.kill().expect("a caller that was not collected");
    caller.wait().expect("a killed caller");
    assert!(came != Ok(0) || cannot_say, "{attack}, {way}: not attacked");
    output.read_to_end(&mut vec![]).expect("the end of its output");
}

#[test]
fn children_that_are_born_unseen_are_counted() {
    for attack in ON_ITS_EYES {
        // What is refused leaves the program as it is, until its time is up.
        let seconds = if ["int80", "x32"].contains(&attack) { 2 } else { 60 };
        let request = request("detailed", attack).crowd_limit(128).within(Duration::from_secs(seconds));
        let run = clean(|| run(&request)).expect("a run");
        let stderr = String::from_utf8_lossy(&run.stderr);
        // Calls of another kind are refused. What has got away from the tracer is found before it can be many.
        assert!(run.crowded || stderr.starts_with("0 born"), "{attack}: {stderr} {run:?}");
        assert!(run.processes.len() < 200, "{attack}: {} processes", run.processes.len());
    }
}
