//! Nothing of a run is left, however it tries to get away, and whoever of its keepers is killed.
//!
//! The races in here are run over and over for a while; `SUPERVISOR_TEST_ROUNDS` sets how often, 3 being the default.

use std::{
    env,
    io::{BufRead, BufReader},
    panic::{AssertUnwindSafe, catch_unwind},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use supervisor::{
    End, Request, RunError, What,
    oracle::{self, clean},
    run, run_with,
};

const MISBEHAVE: &str = env!("CARGO_BIN_EXE_misbehave");
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn rounds() -> usize {
    env::var("SUPERVISOR_TEST_ROUNDS").map_or(3, |rounds| rounds.parse().expect("a number of rounds"))
}

/// Both ways to follow a run, each as often as asked for.
fn each_way(mut work: impl FnMut(&dyn Fn(Request) -> Request)) {
    for _ in 0..rounds() {
        work(&|request| request);
        work(&Request::untraced);
    }
}

fn request(args: &[&str], millis: u64) -> Request {
    Request::new(MISBEHAVE).args(args).within(Duration::from_millis(millis))
}

/// The number after `word` in what a program said.
fn number_after(word: &str, text: &str) -> Pid {
    let mut words = text.split_ascii_whitespace().skip_while(|&each| each != word);
    Pid::from_raw(words.nth(1).expect(word).parse().expect("a pid"))
}

fn is_gone(pid: Pid) -> bool {
    kill(pid, None).is_err()
}

#[test]
fn a_double_forked_session_leader_is_gone_after_the_deadline() {
    each_way(|way| {
        let run = clean(|| run(&way(request(&["double_fork"], 1000)))).expect("a run");
        assert_eq!((run.ending, run.ended()), (End::Exit(0), End::Deadline));
        let orphan = number_after("orphan", &String::from_utf8_lossy(&run.stdout));
        assert_eq!(run.left, [orphan.as_raw() as u32]);
        assert!(is_gone(orphan));
    });
}

#[test]
fn a_storm_of_forks_is_gone_after_the_deadline() {
    each_way(|way| {
        let run = clean(|| run(&way(request(&["storm", "400"], 300)))).expect("a run");
        assert_eq!(run.ending, End::Deadline);
        assert!(run.left.len() > 10, "not much of a storm: {:?}", run.left);
    });
}

#[test]
fn a_process_that_hops_from_pid_to_pid_is_caught() {
    each_way(|way| {
        // The deadline comes in the middle of its way.
        let run = clean(|| run(&way(request(&["hop", "1000000"], 200)))).expect("a run");
        assert_eq!((run.ending, run.ended()), (End::Exit(0), End::Deadline), "{:?}", run.left);
        assert_eq!(run.stdout, b"");
    });
}

#[test]
fn a_process_that_starts_another_for_each_that_dies_is_gone() {
    each_way(|way| {
        let run = clean(|| run(&way(request(&["respawn"], 100)))).expect("a run");
        assert_eq!(run.ending, End::Deadline);
    });
}

#[test]
fn all_is_gone_when_the_caller_is_killed() {
    for args in [["double_fork_and_stay"], ["double_fork"], ["deaf"]] {
        each_way(|way| {
            let traced = format!("{:?}", way(Request::new(""))) == format!("{:?}", Request::new(""));
            clean(|| kill_the_caller(if traced { "traced" } else { "untraced" }, &args));
        });
    }
}

fn kill_the_caller(way: &str, args: &[&str]) {
    let mut caller = Command::new(env!("CARGO_BIN_EXE_caller"))
        .args([way, MISBEHAVE])
        .args(args)
        .env(oracle::MARK, oracle::mark())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the caller");
    let output = BufReader::new(caller.stdout.take().expect("its output"));
    let (said, hear) = mpsc::channel();
    let reader = thread::spawn(move || {
        output.lines().for_each(|line| said.send(line.expect("a line")).unwrap_or(()));
    });
    let first = hear.recv_timeout(PATIENCE);
    caller.kill().expect("a running caller");
    caller.wait().expect("a killed caller");
    first.expect("a line from the program");
    reader.join().expect("the reader ends with the caller");
}

#[test]
fn all_is_gone_when_the_supervisor_is_killed() {
    for _ in 0..rounds() {
        clean(|| {
            let mut said = String::new();
            let run = run_with(&request(&["double_fork_and_stay"], 30_000), |event| {
                if let What::Output { bytes, .. } = &event.what {
                    said += &String::from_utf8_lossy(bytes);
                    let reaper = number_after("reaper", &said);
                    kill(reaper, Signal::SIGKILL).expect("the supervisor");
                }
            });
            assert!(matches!(run, Err(RunError::Lost(_))), "{run:?}");
        });
    }
}

#[test]
fn the_main_process_is_gone_when_the_supervisor_of_an_untraced_run_is_killed() {
    clean(|| {
        let run = run_with(
            &Request::new("sh").args(["-c", "echo reaper $PPID; exec sleep 30"]).untraced(),
            |event| {
                if let What::Output { bytes, .. } = &event.what {
                    let reaper = number_after("reaper", &String::from_utf8_lossy(bytes));
                    kill(reaper, Signal::SIGKILL).expect("the supervisor");
                }
            },
        );
        assert!(matches!(run, Err(RunError::Lost(_))), "{run:?}");
    });
}

#[test]
fn the_supervisor_outlives_the_signals_of_a_terminal() {
    let run = clean(|| {
        let mut said = String::new();
        run_with(&request(&["double_fork"], 1000), |event| {
            if let What::Output { bytes, .. } = &event.what {
                said += &String::from_utf8_lossy(bytes);
                let reaper = number_after("reaper", &said);
                for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT] {
                    kill(reaper, signal).expect("the supervisor");
                }
            }
        })
    });
    assert_eq!(run.expect("a run").ended(), End::Deadline);
}

#[test]
fn a_program_that_kills_its_process_group_kills_itself_alone() {
    each_way(|way| {
        let run = clean(|| run(&way(request(&["kill_group"], 10_000)))).expect("a run");
        assert_eq!(run.ending, End::Signal(libc::SIGKILL));
    });
}

#[test]
fn a_panic_in_the_caller_ends_the_run() {
    clean(|| {
        let panicked = catch_unwind(|| {
            run_with(&request(&["double_fork_and_stay"], 30_000), |event| {
                assert!(!matches!(event.what, What::Output { .. }), "enough seen");
            })
        });
        panicked.expect_err("a panic");
    });
}

#[test]
fn the_oracle_sees_an_open_descriptor() {
    let mut kept = None;
    let complaint = complaint_about(|| kept = Some(std::fs::File::open("/dev/null").expect("a file")));
    assert!(complaint.contains("/dev/null"), "{complaint}");
}

#[test]
fn the_oracle_sees_a_zombie() {
    let mut kept = None;
    let complaint = complaint_about(|| kept = Some(Command::new("true").spawn().expect("a program")));
    assert!(complaint.contains("zombie"), "{complaint}");
    kept.expect("a child").wait().expect("its end");
}

#[test]
fn the_oracle_sees_an_orphan_of_a_run() {
    let mut orphan = None;
    let complaint = complaint_about(|| {
        // Its parent ends at once, so it is nobody's child here.
        let script = ["-c", "setsid sleep 30 >/dev/null 2>&1 & echo $!"];
        let shell =
            Command::new("sh").args(script).env(oracle::MARK, oracle::mark()).output().expect("a shell");
        let pid = String::from_utf8(shell.stdout).expect("a number").trim().parse().expect("a pid");
        orphan = Some(Pid::from_raw(pid));
    });
    kill(orphan.expect("a pid"), Signal::SIGKILL).expect("the orphan");
    assert!(complaint.contains("of a run"), "{complaint}");
}

fn complaint_about(work: impl FnOnce()) -> String {
    let judged = AssertUnwindSafe(|| oracle::clean_within(Duration::from_millis(300), work));
    let complaint = catch_unwind(judged).expect_err("something was left");
    complaint.downcast_ref::<String>().cloned().expect("a sentence")
}
