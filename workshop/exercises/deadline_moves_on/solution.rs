use std::{
    env,
    process::exit,
    thread::sleep,
    time::{Duration, Instant},
};

use multiprocess::{Child, Process, Result, wait};
use nix::sys::signal::{SigHandler, Signal, signal};

fn search(millis: u64, end: String) -> u32 {
    sleep(Duration::from_millis(millis)); // represents the search
    match end.as_str() {
        "panic" => panic!("nothing is here"),
        "exit" => exit(1),
        _ => 42,
    }
}

/// How long the losers may take to end when they have been asked.
const GRACE: Duration = Duration::from_millis(100);

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// The first value, or the last error if all failed, or `None` if there was no value in time.
fn first_ok(mut children: Vec<Child<u32>>, timeout: Duration) -> Result<Option<u32>> {
    let deadline = Instant::now() + timeout;
    let mut answer = Ok(None);
    while !children.is_empty() {
        let sentinels: Vec<_> = children.iter().map(|child| child.sentinel()).collect();
        answer = match wait(&sentinels, Some(left(deadline)))?.first() {
            Some(&place) => children.remove(place).join().map(Some),
            None => Ok(None),
        };
        if answer.is_ok() {
            break;
        }
    }
    for loser in &children {
        loser.terminate()?;
    }
    let deadline = Instant::now() + GRACE;
    for loser in &mut children {
        if let Ok(None) = loser.join_timeout(left(deadline)) {
            loser.kill()?;
            let _ = loser.join(); // it may have ended just after the winner
        }
    }
    Ok(answer?)
}

fn main() -> Result<()> {
    multiprocess::init();
    let situation = env::args().nth(1).unwrap_or_else(|| "value".to_owned());
    let (timeout, searches) = match situation.as_str() {
        "value" => (60_000, vec![(0, "panic"), (0, "exit"), (60_000, "value"), (40, "value")]),
        "all_fail" => (60_000, vec![(80, "panic"), (0, "panic"), (40, "exit")]),
        "deadline" => {
            (1000, vec![(300, "panic"), (500, "exit"), (700, "panic"), (900, "exit"), (1500, "value")])
        }
        "stubborn" => (60_000, [vec![(60_000, "value"); 5], vec![(0, "value")]].concat()),
        other => panic!("{other} is no situation"),
    };
    if situation == "stubborn" {
        // SAFETY: an ignored signal calls no handler. The children inherit it.
        unsafe { signal(Signal::SIGTERM, SigHandler::SigIgn) }.expect("SIGTERM can be ignored");
    }
    let mut children = Vec::new();
    for (millis, end) in searches {
        children.push(Process::new(search, (millis, end.to_owned())).daemon(true).start()?);
    }
    match first_ok(children, Duration::from_millis(timeout)) {
        Ok(Some(value)) => println!("the value is {value}"),
        Ok(None) => println!("no value in time"),
        Err(error) => println!("all failed, at last {error}"),
    }
    Ok(())
}
