//! What a caller can do to a run while it goes on, and the bounds that hold whoever looks away.

use std::{
    io::{PipeWriter, Write, pipe},
    ops::ControlFlow,
    os::fd::AsFd,
    process,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use records::{builder::Builder, timeline};
use supervisor::{End, Order, Request, Run, RunError, What, oracle::clean, run, run_steered, run_until};

const MISBEHAVE: &str = env!("CARGO_BIN_EXE_misbehave");

fn request(args: &[&str], seconds: u64) -> Request {
    Request::new(MISBEHAVE).args(args).within(Duration::from_secs(seconds))
}

/// Runs it, and calls `then` once, with its first line of output, the processes so far, and the pipe for orders.
fn steered(
    request: &Request,
    mut then: impl FnMut(&str, &[u32], &mut Option<PipeWriter>),
) -> Result<Run, RunError> {
    let (orders, giver) = pipe().expect("a pipe");
    let (mut giver, mut pids, mut said) = (Some(giver), vec![], false);
    run_steered(request, orders, |event| {
        match &event.what {
            What::Started { pid, .. } => pids.push(*pid),
            What::Output { bytes, .. } if !said => {
                said = true;
                then(&String::from_utf8_lossy(bytes), &pids, &mut giver);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    })
}

fn order(giver: &mut Option<PipeWriter>, pid: u32, signal: i32) {
    let line = Order::Signal { pid, signal }.line();
    giver.as_mut().expect("a pipe").write_all(line.as_bytes()).expect("room for an order");
}

#[test]
fn a_signal_reaches_a_process_of_the_run() {
    let run = clean(|| {
        steered(&request(&["churn", "0"], 20), |_, pids, giver| order(giver, pids[0], libc::SIGTERM))
    });
    assert_eq!(run.expect("a run").ended(), End::Signal(libc::SIGTERM));
}

#[test]
fn a_stopped_process_stands_still_until_it_is_continued() {
    let mut builder = Builder::default();
    let mut stopped_at = None;
    let script = "while :; do echo on; sleep 0.02; done";
    let request = Request::new("sh").args(["-c", script]).detailed();
    let run = clean(|| {
        let (orders, mut giver) = pipe().expect("a pipe");
        run_steered(&request, orders, |event| {
            let pid = builder.pid(0).unwrap_or(0);
            let mut send = |signal| {
                giver.write_all(Order::Signal { pid, signal }.line().as_bytes()).expect("room for an order");
            };
            for event in builder.take(event) {
                match event.what {
                    timeline::What::Write { .. } if stopped_at.is_none() => {
                        stopped_at = Some(Instant::now());
                        send(libc::SIGSTOP);
                    }
                    timeline::What::Receive(signal) if signal == "SIGSTOP" => send(libc::SIGCONT),
                    timeline::What::Receive(signal) if signal == "SIGCONT" => send(libc::SIGKILL),
                    _ => {}
                }
            }
            ControlFlow::Continue(())
        })
    });
    let run = run.expect("a run");
    assert_eq!(run.untraced, None);
    assert_eq!(run.ending, End::Signal(libc::SIGKILL));
    let timeline = builder.finish().expect("a timeline");
    let received: Vec<String> = timeline
        .events
        .iter()
        .filter(|event| event.process == 0)
        .filter_map(|event| match &event.what {
            timeline::What::Receive(signal) if signal != "SIGCHLD" => Some(signal.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(received, ["SIGSTOP", "SIGCONT"]);
}

#[test]
fn no_signal_reaches_a_process_that_is_not_of_the_run() {
    clean(|| {
        let mut stranger = process::Command::new("sleep").arg("100").spawn().expect("a stranger");
        let targets = [stranger.id(), process::id(), 1, 0, u32::MAX];
        let run = steered(&request(&["double_fork_and_stay"], 20), |said, pids, giver| {
            let mut numbers = said.split_ascii_whitespace().filter_map(|word| word.parse().ok());
            let (reaper, orphan) = (numbers.next().expect("a pid"), numbers.next().expect("a pid"));
            for pid in targets.into_iter().chain([reaper]) {
                order(giver, pid, libc::SIGKILL);
            }
            // Orders are carried out in their order, so those before have been when this one is.
            order(giver, pids[0], libc::SIGUSR1);
            order(giver, orphan, libc::SIGKILL);
        });
        let still = stranger.try_wait().expect("a child");
        stranger.kill().expect("it is ours");
        stranger.wait().expect("a child");
        assert_eq!(still, None, "the stranger was killed");
        assert_eq!(run.expect("the supervisor lives on").ended(), End::Signal(libc::SIGUSR1));
    });
}

#[test]
fn a_closed_pipe_stops_the_run() {
    let run = clean(|| steered(&request(&["double_fork_and_stay"], 60), |_, _, giver| drop(giver.take())));
    assert!(matches!(run, Err(RunError::Stopped)), "{run:?}");
}

#[test]
fn orders_that_make_no_sense_change_nothing() {
    let run = clean(|| {
        steered(&request(&["churn", "0"], 20), |_, pids, giver| {
            let nonsense =
                [&b"\0\xff{}\n"[..], b"{\"signal\":{\"pid\":-1,\"signal\":9}}\n", &[b'x'; 5000], b"\n"]
                    .concat();
            giver.as_mut().expect("a pipe").write_all(&nonsense).expect("room");
            order(giver, pids[0], 0);
            order(giver, pids[0], 4711);
            order(giver, pids[0], libc::SIGTERM);
        })
    });
    assert_eq!(run.expect("a run").ended(), End::Signal(libc::SIGTERM));
}

#[test]
fn a_program_that_forks_without_end_is_ended() {
    for way in [Request::clone, |request: &Request| request.clone().detailed()] {
        let run = clean(|| run(&way(&request(&["bomb"], 60)).crowd_limit(100))).expect("a run");
        assert!(run.crowded && !run.timed_out, "{run:?}");
        assert_eq!(run.ended(), End::Deadline);
        assert!((101..400).contains(&run.processes.len()), "{} processes", run.processes.len());
    }
}

#[test]
fn a_chain_of_processes_without_end_is_ended() {
    for way in [Request::clone, |request: &Request| request.clone().detailed()] {
        let run = clean(|| run(&way(&request(&["chain"], 60)).crowd_limit(10))).expect("a run");
        assert!(run.crowded && !run.timed_out, "{run:?}");
        assert_eq!(run.ended(), End::Deadline);
        assert!((101..400).contains(&run.processes.len()), "{} processes", run.processes.len());
    }
}

#[test]
fn a_supervisor_that_was_stopped_ends_when_the_run_is() {
    let begun = Instant::now();
    let ended = clean(|| {
        let (asks, stop) = pipe().expect("a pipe");
        let (mut stop, mut supervisor) = (Some(stop), None);
        run_until(&request(&["deaf"], 60), asks.as_fd(), |event| {
            match &event.what {
                What::Supervised { by, .. } => supervisor = Some(Pid::from_raw(by.cast_signed())),
                What::Output { .. } => {
                    kill(supervisor.expect("it comes first"), Signal::SIGSTOP).expect("it runs");
                    drop(stop.take());
                }
                _ => {}
            }
            ControlFlow::Continue(())
        })
    });
    assert!(matches!(ended, Err(RunError::Stopped)), "{ended:?}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

#[test]
fn a_crowd_within_the_limit_is_left_alone() {
    let run = clean(|| run(&request(&["pids"], 60).crowd_limit(3))).expect("a run");
    assert!(!run.crowded, "{run:?}");
    assert_eq!(run.ended(), End::Exit(0));
}

#[test]
fn the_deadline_comes_although_something_always_happens() {
    let begun = Instant::now();
    let run = clean(|| run(&request(&["churn", "40"], 1))).expect("a run");
    assert!(run.timed_out, "{:?}", run.ending);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
