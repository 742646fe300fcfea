//! Kills workers of a pool at random moments, while tasks run. Each task gives its result or the error that its worker was killed,
//! and at most one task fails for each kill. No task runs twice. The variation `server` kills the forkserver instead, and no task fails.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use multiprocess::shared::RawArray;
use multiprocess::{JoinErrorKind, Pool, Result, TaskError, TaskErrorKind};
use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats, start_method, variation};

/// Longer than a busy machine needs for one call.
const LONG: Duration = Duration::from_secs(60);

fn work((task, busy, runs): (u32, u64, RawArray<u32>)) -> (u32, String) {
    runs.fetch_add(task as usize, 1, Ordering::Relaxed);
    let until = Instant::now() + Duration::from_micros(busy);
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    (task, text(task))
}

/// Some are longer than what a worker keeps, and some than what goes through a socket at once.
fn text(task: u32) -> String {
    let length = match task % 50 {
        0 => 300_000,
        1..6 => 20_000,
        _ => task as usize * 31 % 300,
    };
    format!("{task};").chars().cycle().take(length).collect()
}

fn check(result: std::result::Result<(u32, String), TaskError>, tasks: &mut [Option<bool>]) {
    let (task, is_done) = match result {
        Ok((task, came)) => {
            assert_eq!(came, text(task), "it is torn");
            (task as usize, true)
        }
        Err(TaskError { task, kind, .. }) => {
            let killed = TaskErrorKind::Ended(JoinErrorKind::Killed { signal: 9, core_dumped: false });
            assert_eq!(format!("{kind:?}"), format!("{killed:?}"));
            (task, false)
        }
    };
    assert_eq!(tasks[task].replace(is_done), None, "task {task} has two results");
}

/// One call during which workers are killed. Gives how many were, and how many tasks failed.
fn call(random: &mut Random, kills: u32) -> Result<(u32, usize)> {
    let count = 200 + random.below(400) as u32;
    let kills_server = variation() == "server";
    let mut builder = Pool::builder().workers(1 + random.below(3) as usize).start_method(start_method());
    if random.below(2) == 0 {
        builder = builder.end_on_interrupt();
    }
    if random.below(2) == 0 {
        builder = builder.chunk_size(1 + random.below(20) as usize);
    }
    if random.below(3) == 0 {
        builder = builder.renew_after(1 + random.below(40));
    }
    let pool = builder.start()?;
    let runs = RawArray::zeroed(count as usize)?;
    let longest = [2, 60, 800][random.below(3) as usize];
    let items: Vec<_> = (0..count).map(|task| (task, random.below(longest), runs.clone())).collect();
    let mut tasks = vec![None; count as usize];
    let mut killed = 0;
    let mut kill = |random: &mut Random| {
        if killed < kills && random.below(u64::from(count / kills.min(count))) == 0 {
            let until = Instant::now() + random.moment(Duration::from_millis(1));
            while Instant::now() < until {
                std::hint::spin_loop();
            }
            let pids = match kills_server {
                true => proc::forkserver().into_iter().collect(),
                false => pool.worker_pids(),
            };
            if !pids.is_empty() {
                // Its number is its own: nothing has collected it since.
                killed += u32::from(os::kill_if_there(
                    pids[random.below(pids.len() as u64) as usize],
                    libc::SIGKILL,
                ));
            }
        }
    };
    if random.below(2) == 0 {
        for result in pool.imap_unordered(work, items) {
            check(result, &mut tasks);
            kill(random);
        }
    } else {
        let mut handle = pool.map_async(work, items);
        while !handle.wait_timeout(random.moment(Duration::from_millis(3))) {
            kill(random);
        }
        handle.get().into_iter().for_each(|result| check(result, &mut tasks));
    }
    let failed = tasks.iter().filter(|task| **task == Some(false)).count();
    assert!(tasks.iter().all(Option::is_some), "some have no result");
    let may_fail = if kills_server { 0 } else { killed as usize };
    assert!(failed <= may_fail, "{failed} have failed by {killed} kills");
    for (task, result) in tasks.iter().enumerate() {
        let ran = runs.load(task, Ordering::Relaxed);
        assert!(if *result == Some(true) { ran == 1 } else { ran <= 1 }, "task {task} ran {ran} times");
    }
    Ok((killed, failed))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut random = Random::from_environment();
    let (mut killed, mut failed, kills) = (0, 0, repeats(500));
    while killed < kills {
        let begun = Instant::now();
        let (more, tasks) = call(&mut random, 25)?;
        assert!(begun.elapsed() < LONG, "it took {:?}", begun.elapsed());
        (killed, failed) = (killed + more, failed + tasks);
    }
    let whom = if variation() == "server" { "forkservers" } else { "workers" };
    eprintln!("{killed} {whom} were killed, and {failed} tasks failed");
    println!("{}", variation() == "server" || failed > killed as usize / 20);
    Ok(())
}
