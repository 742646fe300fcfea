//! How pools end: with their program, by a signal to the group, by `terminate`, and what holds them up.

use std::io::Write;
use std::time::{Duration, Instant};

use multiprocess::pipe::Sender;
use multiprocess::{JoinErrorKind, Pool, Process, Result, TaskErrorKind, pipe};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::{os, proc, said, variation};

/// Longer than a busy machine needs.
const LONG: Duration = Duration::from_secs(30);

fn square(n: u64) -> u64 {
    n * n
}

/// Says that it runs, and never returns.
fn hang(begun: Sender<u32>) {
    begun.send(std::process::id()).expect("the parent receives");
    stay();
}

fn busy_pool(workers: usize) -> Result<(Pool, Vec<u32>)> {
    let pool = Pool::new(workers)?;
    let (begun, begins) = pipe()?;
    let handle = pool.map_async(hang, vec![begun; workers]);
    // What it is for has begun, and nothing waits for it.
    std::mem::forget(handle);
    let pids = (0..workers).map(|_| begins.recv_timeout(LONG)).collect::<std::result::Result<_, _>>()?;
    Ok((pool, pids))
}

/// Runs calls and makes pools until it is killed.
fn until_killed() -> Result<()> {
    for ends in [false, true].into_iter().cycle() {
        let builder = Pool::builder().workers(2);
        let pool = if ends { builder.end_on_interrupt() } else { builder }.start()?;
        for _ in 0..20 {
            pool.map(square, 0..500);
        }
        let (busy, _) = busy_pool(2)?;
        drop(busy);
    }
    Ok(())
}

/// Prints the pids of workers that are busy, and waits for a signal.
fn interrupted() -> Result<()> {
    os::lead_group();
    let (pool, pids) = busy_pool(3)?;
    println!("{pids:?}");
    std::io::stdout().flush().expect("it can be written");
    os::kill_group(libc::SIGINT);
    pool.apply(stay, ()).expect("it never returns");
    Ok(())
}

/// The program exits, and workers are busy.
fn exits() -> Result<()> {
    let (pool, _) = busy_pool(2)?;
    std::mem::forget(pool);
    println!("exits");
    Ok(())
}

/// A pool is terminated while workers are busy, tasks wait, and another thread waits for them.
fn terminated() -> Result<()> {
    let pool = Pool::new(2)?;
    let (begun, begins) = pipe()?;
    let waiting = std::thread::scope(|scope| -> Result<_> {
        let waits = scope.spawn(|| pool.map(hang, vec![begun.clone(); 10]));
        (0..2).try_for_each(|_| begins.recv_timeout(LONG).map(drop))?;
        let begins = Instant::now();
        pool.terminate();
        assert!(begins.elapsed() < Duration::from_secs(5), "{:?}", begins.elapsed());
        Ok(waits.join().expect("it does not panic"))
    })?;
    let killed = waiting.iter().flat_map(|result| result.as_ref().err());
    let (killed, others): (Vec<_>, Vec<_>) = killed.partition(|error| {
        matches!(*error.kind, TaskErrorKind::Ended(JoinErrorKind::Killed { signal: 9, .. }))
    });
    let not_run = others.iter().filter(|error| matches!(*error.kind, TaskErrorKind::NotRun { .. })).count();
    println!("{} killed, {not_run} not run", killed.len());
    println!("{}", said(pool.apply(square, (3,))));
    println!(
        "{:?}",
        proc::children().into_iter().filter(|(pid, _)| Some(*pid) != proc::forkserver()).count()
    );
    Ok(())
}

/// A worker that is stopped holds up its own task and no other.
fn stopped() -> Result<()> {
    let pool = Pool::builder().workers(2).chunk_size(1).time_limit(Duration::from_secs(2)).start()?;
    let stopped = pool.apply_async(|| os::kill_self(libc::SIGSTOP), ());
    let sum = |pool: &Pool| pool.map(square, 0..1000).into_iter().sum::<std::result::Result<u64, _>>();
    println!("{}", said(sum(&pool)));
    println!("{}", said(stopped.get()).contains("ran longer than 2s"));
    println!("{}", said(sum(&pool)));
    Ok(())
}

/// The forkserver is killed, and the pool goes on.
fn without_server() -> Result<()> {
    let pool = Pool::new(2)?;
    let sum = || pool.map(square, 0..1000).into_iter().sum::<std::result::Result<u64, _>>();
    println!("{}", said(sum()));
    os::kill(proc::forkserver().expect("it runs"), libc::SIGKILL);
    println!("{}", said(sum()));
    for pid in pool.worker_pids() {
        os::kill(pid, libc::SIGKILL);
    }
    // A worker may be killed before or after it has begun a task.
    let results = pool.map(square, 0..1000);
    println!("{}", results.iter().filter(|result| result.is_err()).count() <= 2);
    println!("{}", said(sum()));
    Ok(())
}

/// A hundred thousand tasks, one by one.
fn many_tasks() -> Result<()> {
    let pool = Pool::builder().workers(2).chunk_size(1).start()?;
    println!("{}", said(pool.map(square, 0..100_000).into_iter().sum::<std::result::Result<u64, _>>()));
    Ok(())
}

/// As many workers as the limit for descriptors allows, 200 at most.
fn many_workers() -> Result<()> {
    let pool = Pool::new(200)?;
    let work = |_: u32| {
        std::thread::sleep(Duration::from_millis(5)); // stands for work, so that more than one worker gets some
        std::process::id()
    };
    let pids = pool.map(work, 0..2000);
    let pids: std::collections::BTreeSet<u32> = pids.into_iter().collect::<std::result::Result<_, _>>()?;
    println!("{} {} {}", pool.worker_pids().len(), pids.len() > 1, proc::descriptors().len() < 1000);
    pool.join();
    Ok(())
}

/// A copy of the program cannot use its pool, and does not end it.
fn copied() -> Result<()> {
    let pool = Pool::new(2)?;
    let own = std::process::id();
    if os::fork().is_none() {
        println!("{}", said(pool.apply(square, (3,))).contains(&format!("was started by process {own}")));
        std::io::stdout().flush().expect("it can be written");
        drop(pool);
        os::exit_now(0);
    }
    while !os::collect_any_child() {}
    println!("{}", said(pool.apply(square, (3,))));
    Ok(())
}

/// A task that writes garbage into its worker's socket costs its worker.
fn garbage() -> Result<()> {
    let pool = Pool::new(1)?;
    let result = pool.apply(
        || -> u32 {
            // One of them is the socket.
            (3..100).for_each(|number| _ = os::send_message(number, b"garbage, and not a frame", 0));
            // If it returned now, its result could be seen before its worker is killed.
            loop {
                std::thread::park();
            }
        },
        (),
    );
    println!("{}", said(result).contains("was ended by signal SIGKILL"));
    println!("{}", said(pool.apply(square, (3,))));
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    // Started here, it is no worker and ends by itself.
    Process::new(|| (), ()).start()?.join()?;
    match variation().as_str() {
        "interrupted" => interrupted(),
        "exits" => exits(),
        "terminated" => terminated(),
        "stopped" => stopped(),
        "without server" => without_server(),
        "many tasks" => many_tasks(),
        "many workers" => many_workers(),
        "copied" => copied(),
        "garbage" => garbage(),
        _ => until_killed(),
    }
}
