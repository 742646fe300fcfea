//! A program that tries to outlive its run, or to escape from those that keep it, is ended all the same.
//!
//! Each attack is in `programs/attack.rs`. With `FULL=1` each run is abandoned two hundred times.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use nix::unistd::geteuid;
use supervisor::{
    End, Request, RunError,
    oracle::{self, clean, clean_within},
    run, run_with, share,
};

const ATTACK: &str = env!("CARGO_BIN_EXE_attack");
const CALLER: &str = env!("CARGO_BIN_EXE_caller");
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How soon nothing is left of an abandoned run. A second on an idle machine; tests run on busy ones.
const SOON: Duration = Duration::from_secs(5);
const WAYS: [&str; 3] = ["untraced", "traced", "detailed"];

/// The attacks on those that keep a run.
const ON_KEEPERS: [&str; 7] = ["stop", "kill", "kill_both", "stop_both", "limit", "seize", "lifeline"];
/// Those that keep a supervisor busy.
const ON_ITS_TIME: [&str; 2] = ["poll", "maps"];
/// Those that start children unseen.
const ON_ITS_EYES: &[&str] = if cfg!(target_arch = "x86_64") {
    &["read_only", "race", "int80", "x32"]
} else {
    &["read_only", "race"]
};

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

#[test]
fn nothing_is_left_of_an_abandoned_run_whatever_it_attacks() {
    for way in WAYS {
        for attack in ON_KEEPERS.into_iter().chain(ON_ITS_TIME).chain(ON_ITS_EYES.iter().copied()) {
            for _ in 0..share::times(1, 200) {
                clean_within(SOON, || abandon(way, attack));
            }
        }
    }
}

/// Kills the caller of a run once its program has attacked.
fn abandon(way: &str, attack: &str) {
    let mut caller = Command::new(CALLER);
    caller.args([way, ATTACK, attack]).env(oracle::MARK, oracle::mark());
    caller.stdout(Stdio::piped()).stderr(Stdio::null());
    if geteuid().is_root() && attack.len() % 2 == 0 {
        // What binds root binds an ordinary user too, but not the other way round.
        caller.uid(54_321).gid(54_321);
    }
    let mut caller = caller.spawn().expect("the caller");
    let output = BufReader::new(caller.stdout.take().expect("its output"));
    let (said, hear) = mpsc::channel();
    let reader = thread::spawn(move || {
        output.lines().for_each(|line| said.send(line.expect("a line")).unwrap_or(()));
    });
    let first = hear.recv_timeout(PATIENCE);
    caller.kill().expect("a caller that was not collected");
    caller.wait().expect("a killed caller");
    // It may have lost its supervisor before it was told of the attack.
    first.unwrap_or_else(|_| panic!("{attack}, {way}: no line"));
    reader.join().expect("the reader ends with the caller");
}

#[test]
fn children_that_are_born_unseen_are_counted() {
    for attack in ON_ITS_EYES {
        let request = request("detailed", attack).crowd_limit(128).within(Duration::from_secs(3));
        let run = clean(|| run(&request)).expect("a run");
        let stderr = String::from_utf8_lossy(&run.stderr);
        // Calls of another kind are refused. What has got away from the tracer is found before it can be many.
        assert!(run.crowded || stderr.contains("0 born"), "{attack}: {stderr} {run:?}");
        assert!(run.processes.len() < 200, "{attack}: {} processes", run.processes.len());
    }
}
