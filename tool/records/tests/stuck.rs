//! A run that is to end when it is stuck ends then, and not before its deadline where anything may still go on.

use std::{
    fs::{self, File},
    io::Write,
    process, thread,
    time::{Duration, Instant},
};

use supervisor::{End, Request, Run, What, event::Stream, load::under_load, oracle::clean, run, run_with};

/// No run here may take so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// Many times as long as it takes to see that a run is stuck.
const LONG: Duration = Duration::from_millis(700);

fn request(act: &[&str]) -> Request {
    Request::new(env!("CARGO_BIN_EXE_acts")).args(act).within(PATIENCE).detailed().ended_when_stuck()
}

fn result(act: &[&str]) -> Run {
    clean(|| run(&request(act))).expect("a run")
}

#[test]
fn a_run_in_which_all_wait_for_each_other_ends_at_once() {
    let stuck = || {
        let begun = Instant::now();
        let run = result(&["stuck"]);
        assert!(begun.elapsed() < PATIENCE, "it lasted until its deadline");
        assert_eq!((run.ended(), run.ending), (End::Deadline, End::Deadline));
        assert_eq!(run.left.len(), 5, "{:?}", run.processes);
    };
    stuck();
    under_load(stuck);
}

#[test]
fn a_run_that_goes_on_by_itself_is_not_stuck() {
    for act in ["alarm", "timeout", "busy", "sleeps", "waits", "burst", "threads"] {
        let run = result(&[act]);
        assert_eq!(
            run.ended(),
            End::Exit(0),
            "{act}: {:?} {}",
            run.left,
            String::from_utf8_lossy(&run.stderr)
        );
    }
}

#[test]
fn a_run_that_another_program_can_wake_is_not_stuck() {
    let me = process::id().to_string();
    for act in [&["deadline"][..], &["stopped"], &["stranger", &me]] {
        let begun = Instant::now();
        let run = clean(|| run(&request(act).within(LONG))).expect("a run");
        assert_eq!(run.ended(), End::Deadline, "{act:?}");
        assert!(begun.elapsed() >= LONG, "{act:?} was ended early");
    }
}

#[test]
fn a_pipe_that_another_program_holds_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = folder.path().join("opened");
    let mut pipe = None;
    let run = clean(|| {
        let request = request(&["outside", opened.to_str().expect("a path")]);
        let run = run_with(&request, |event| match &event.what {
            What::Output { stream: Stream::Stdout, bytes } => {
                let text = String::from_utf8_lossy(bytes);
                let (pid, fd) = text.trim().split_once(' ').expect("a pid and a descriptor, in one line");
                let path = format!("/proc/{pid}/fd/{fd}");
                pipe = Some(File::options().write(true).open(path).expect("its pipe"));
                fs::write(&opened, "").expect("a file");
            }
            What::SleepBegan { call, .. } if call == "read" => {
                // Time enough to be taken for stuck.
                thread::sleep(LONG);
                pipe.take().expect("it was opened before").write_all(b"x").expect("a reader");
            }
            _ => {}
        });
        drop(pipe);
        run
    });
    assert_eq!(run.expect("a run").ended(), End::Exit(0));
}

#[test]
fn a_run_that_is_not_traced_in_detail_lasts_until_its_deadline() {
    let begun = Instant::now();
    let request = Request::new(env!("CARGO_BIN_EXE_acts")).args(["stuck"]).within(LONG).ended_when_stuck();
    assert_eq!(clean(|| run(&request)).expect("a run").ended(), End::Deadline);
    assert!(begun.elapsed() >= LONG);
}
