//! Starts and joins children while a thread wrecks the forkserver at random moments. `HOW` says how: `kills`, `stops`, or
//! `stops and continues`; the variation is the number of threads that start.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use multiprocess::{JoinError, JoinErrorKind, Process, Result, StartError};
use multiprocess_programs::meeting::{Gate, pass};
use multiprocess_programs::notes::{self, note};
use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats, variation};

/// Returns, exits or is killed, after it has noted that it has run.
fn work(number: u32) -> u32 {
    note(&number.to_string());
    match number % 4 {
        0 => std::process::exit(7),
        1 => os::kill_self(libc::SIGKILL),
        _ => {}
    }
    number
}

fn run_on(number: u32) -> u32 {
    note(&format!("runs on {number}"));
    pass("gate");
    number
}

#[derive(Default)]
struct Seen {
    started: Mutex<Vec<u32>>,
    lost: AtomicU32,
    refused: AtomicU32,
    next: AtomicU32,
}

fn start_and_join(seen: &Seen) {
    let number = seen.next.fetch_add(1, Ordering::Relaxed);
    let mut child = match Process::new(work, (number,)).start() {
        Ok(child) => child,
        Err(StartError::ForkserversEnded { .. }) => {
            seen.refused.fetch_add(1, Ordering::Relaxed);
            return;
        }
        Err(error) => panic!("start {number}: {error:?}"),
    };
    seen.started.lock().expect("no thread panics").push(number);
    match (number % 4, child.join()) {
        (0, Err(JoinError { kind: JoinErrorKind::Exited { code: 7, returned: false, .. }, .. })) => {}
        (1, Err(JoinError { kind: JoinErrorKind::Killed { signal: libc::SIGKILL, .. }, .. })) => {}
        (2 | 3, Ok(value)) if value == number => {}
        (0 | 1, Err(JoinError { kind: JoinErrorKind::Lost { .. }, .. })) => {
            seen.lost.fetch_add(1, Ordering::Relaxed);
        }
        (_, other) => panic!("child {number}: {other:?}"),
    }
}

/// Gives how often it did it.
fn wreck(how: &str, times: u32, random: &mut Random) -> u32 {
    let mut done = 0;
    while done < times {
        let until = Instant::now() + random.moment(Duration::from_millis(8));
        // Time is what the fault waits for.
        thread::sleep(until.saturating_duration_since(Instant::now()));
        let Some(server) = proc::forkserver() else { continue };
        match how {
            "kills" => done += u32::from(os::kill_if_there(server, libc::SIGKILL)),
            "stops" if proc::state(server) == Some('T') => {}
            "stops" => done += u32::from(os::kill_if_there(server, libc::SIGSTOP)),
            "stops and continues" => {
                done += u32::from(os::kill_if_there(server, libc::SIGSTOP));
                thread::sleep(random.moment(Duration::from_millis(8)));
                os::kill_if_there(server, libc::SIGCONT);
            }
            other => panic!("no way to wreck it: {other}"),
        }
    }
    done
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let how = std::env::var("HOW").expect("HOW is set");
    let threads: u32 = variation().parse().expect("a number of threads");
    let mut random = Random::from_environment();
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let gate = Gate::new("gate");
    let mut run_on = (0..3)
        .map(|number| Process::new(run_on, (number,)).daemon(number == 0).start())
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let (seen, done) = (Seen::default(), AtomicBool::new(false));
    let wrecked = thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    start_and_join(&seen);
                }
            });
        }
        let wrecked = wreck(&how, repeats(200), &mut random);
        done.store(true, Ordering::Relaxed);
        wrecked
    });
    gate.open();
    for (number, child) in (0u32..).zip(&mut run_on) {
        assert_eq!(child.join()?, number, "a child that ran already");
    }
    drop(run_on);
    assert_eq!(Process::new(|| 42, ()).start()?.join()?, 42);
    let mut expected: Vec<String> =
        seen.started.into_inner().expect("no thread panics").iter().map(u32::to_string).collect();
    let started = expected.len();
    expected.extend((0..3).map(|number| format!("runs on {number}")));
    expected.sort();
    assert_eq!(notes::sorted(), expected, "each child that was started ran once, and nothing else ran");
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    let (lost, refused) = (seen.lost.into_inner(), seen.refused.into_inner());
    eprintln!("{wrecked} times, {started} children, {lost} lost, {refused} not started");
    assert!(lost == 0 || !proc::kernel_keeps_statuses(), "how {lost} children ended could have been told");
    println!("{}", started >= wrecked as usize / 4 && (how == "kills" || lost + refused == 0));
    Ok(())
}
