//! What a pool gives: results in order and as they come, handles, and errors of single tasks.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::pool::time_left;
use multiprocess::{Pool, Result, TaskError, pipe};
use multiprocess_programs::{os, proc, said, variation};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};

/// Longer than a busy machine needs.
const LONG: Duration = Duration::from_secs(30);

static SET: AtomicU64 = AtomicU64::new(0);

fn square(n: u64) -> u64 {
    n * n
}

fn sum(results: Vec<std::result::Result<u64, TaskError>>) -> std::result::Result<u64, TaskError> {
    results.into_iter().sum()
}

/// In order, as they come, and with chunks of any size.
fn results() -> Result<()> {
    let expected: Vec<u64> = (0..10_000).map(square).collect();
    for chunk in [None, Some(1), Some(7), Some(100_000)] {
        let builder = Pool::builder().workers(3);
        let pool = chunk.map_or(builder, |chunk| Pool::builder().workers(3).chunk_size(chunk)).start()?;
        let squares: Vec<u64> = pool.map(square, 0..10_000).into_iter().collect::<Result<_, _>>()?;
        assert_eq!(squares, expected, "{chunk:?}");
        let mut squares = pool.imap(square, (0..10_000_u32).map(u64::from));
        assert_eq!(squares.len(), 10_000);
        assert_eq!(squares.by_ref().take(4).collect::<Result<Vec<_>, _>>()?, [0, 1, 4, 9]);
        assert_eq!(squares.len(), 9_996);
        assert_eq!(squares.collect::<Result<Vec<_>, _>>()?, expected[4..]);
        let any_order = pool.imap_unordered(square, 0..10_000).collect::<Result<BTreeSet<_>, _>>()?;
        assert!(any_order.into_iter().eq(expected.iter().copied()), "{chunk:?}");
        // One that is given up does not disturb others.
        assert_eq!(pool.imap(square, 0..10_000).next().expect("there is one")?, 0);
        assert_eq!(pool.map(square, 0..0).len(), 0);
        assert_eq!(pool.map(|(a, b): (u64, u64)| a * b, [(6, 7)]).remove(0)?, 42);
        pool.join();
    }
    println!("done");
    Ok(())
}

fn handles() -> Result<()> {
    let pool = Pool::new(2)?;
    let one = pool.apply_async(|a: u64, b: u64| a + b, (20, 22));
    let mut many = pool.map_async(square, 0..1000);
    let (begun, begins) = pipe::<()>()?;
    let (go, goes) = pipe::<()>()?;
    let slow = pool.apply_async(
        |begun: Sender<()>, goes: Receiver<()>| {
            begun.send(()).expect("the parent receives");
            goes.recv_timeout(LONG).map_err(|error| error.to_string())
        },
        (begun, goes),
    );
    many.wait();
    println!("{} {}", many.ready(), said(sum(many.get())));
    println!("{}", said(one.get()));
    begins.recv_timeout(LONG)?;
    let Err(mut slow) = slow.get_timeout(Duration::from_millis(5)) else { panic!("it waits") };
    println!("{} {}", slow.ready(), slow.wait_timeout(Duration::from_millis(1)));
    go.send(())?;
    println!("{}", said(slow.get()));
    Ok(())
}

/// Ends in the way that its number says.
fn end(way: u32) -> u32 {
    match way {
        1 => panic!("out of luck"),
        2 => std::process::exit(3),
        3 => os::kill_self(9),
        4 => _ = os::segfault(),
        5 => loop {
            std::thread::park();
        },
        _ => {}
    }
    way
}

struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> std::result::Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it has no form"))
    }
}

impl<'de> Deserialize<'de> for Unwritable {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> std::result::Result<Unwritable, D::Error> {
        Ok(Unwritable)
    }
}

/// A number that panics once it is half written, if it is 3.
#[derive(Clone, Copy)]
struct Fragile(u64);

impl Serialize for Fragile {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(&self.0)?;
        assert_ne!(self.0, 3, "it breaks");
        pair.serialize_element(&self.0)?;
        pair.end()
    }
}

impl<'de> Deserialize<'de> for Fragile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Fragile, D::Error> {
        let (number, same) = <(u64, u64)>::deserialize(deserializer)?;
        assert_eq!(number, same);
        Ok(Fragile(number))
    }
}

/// A panic while arguments are written reaches the caller. It harms neither the tasks before it nor those after it.
fn panics_while_writing() -> Result<()> {
    for chunk in [1, 4, 100] {
        let pool = Pool::builder().workers(2).chunk_size(chunk).start()?;
        let mut numbers = pool.imap(|number: Fragile| number.0, (0..20).map(Fragile));
        let mut panics = 0;
        let mut taken = Vec::new();
        loop {
            match panic::catch_unwind(AssertUnwindSafe(|| numbers.next())) {
                Ok(Some(number)) => taken.push(number?),
                Ok(None) => break,
                Err(_) => panics += 1,
            }
        }
        println!("{panics} {}", taken.into_iter().eq((0..20).filter(|&number| number != 3)));
    }
    Ok(())
}

/// Each way of a task to fail is its own, and nothing else fails.
fn ends() -> Result<()> {
    for chunk in [1, 100] {
        let pool =
            Pool::builder().workers(2).chunk_size(chunk).time_limit(Duration::from_millis(300)).start()?;
        for result in pool.map(end, [0, 1, 0, 2, 3, 0, 4, 5, 0]) {
            let pid = |error: &TaskError| error.pid.map(|pid| format!("(pid {pid}) ")).unwrap_or_default();
            match result {
                Ok(way) => println!("{way}"),
                Err(error) => println!("{}", error.to_string().replace(&pid(&error), "")),
            }
        }
        let unwritable = pool.map(|_: Unwritable| (), [Unwritable]).remove(0);
        println!("{}", said(unwritable));
        println!(
            "{}",
            pool.apply(|| Unwritable, ())
                .is_err_and(|error| error.to_string().contains("its result cannot be serialized"))
        );
        println!("{}", said(sum(pool.map(square, 0..10))));
    }
    Ok(())
}

fn set(value: u64) {
    SET.fetch_add(value, Ordering::Relaxed);
}

fn is_set() -> u64 {
    SET.load(Ordering::Relaxed)
}

/// Each worker is initialized once, also those that replace others; each runs so many tasks.
fn renewal() -> Result<()> {
    let pool = Pool::builder().workers(2).initializer(set, (5,)).renew_after(3).start()?;
    let results = pool.map(|_: u32| (std::process::id(), is_set()), 0..100);
    let results: Vec<(u32, u64)> = results.into_iter().collect::<Result<_, _>>()?;
    let pids: BTreeSet<u32> = results.iter().map(|(pid, _)| *pid).collect();
    let most = pids.iter().map(|pid| results.iter().filter(|(other, _)| other == pid).count()).max();
    println!("{} {most:?} {}", pids.len() >= 34, results.iter().all(|(_, set)| *set == 5));
    println!("{}", said(pool.apply(end, (3,))).contains("was ended by signal SIGKILL"));
    println!("{}", said(pool.apply(is_set, ())));
    pool.join();
    Ok(())
}

/// An initializer that fails ends the pool.
fn initializer() -> Result<()> {
    let pool = Pool::builder().workers(2).initializer(|| std::process::exit(4), ()).start()?;
    println!("{}", said(pool.apply(square, (2,))));
    println!("{}", pool.map(square, 0..3).into_iter().all(|result| result.is_err()));
    pool.join();
    Ok(())
}

/// The limit of memory is the worker's.
fn memory() -> Result<()> {
    let pool = Pool::builder().workers(1).memory_limit(256 << 20).start()?;
    let fill = |mebibytes: usize| vec![1_u8; mebibytes << 20].len();
    println!("{}", said(pool.apply(fill, (1,))));
    println!("{}", said(pool.apply(fill, (1024,))).contains("was ended by signal SIGABRT"));
    println!("{}", said(pool.apply(fill, (1,))));
    Ok(())
}

/// The soft limit is the task's to ask for.
fn soft_limit() -> Result<()> {
    let pool = Pool::builder().workers(1).soft_time_limit(Duration::from_millis(20)).start()?;
    let left = pool.apply(
        || {
            let first = time_left();
            while time_left() > Some(Duration::ZERO) {
                std::thread::yield_now();
            }
            first
        },
        (),
    )?;
    println!("{} {:?}", left.is_some_and(|left| left <= Duration::from_millis(20)), time_left());
    Ok(())
}

fn nest(depth: u32) -> std::result::Result<u64, String> {
    if depth == 0 {
        return Ok(1);
    }
    let pool = Pool::new(2).map_err(|error| error.to_string())?;
    let results = pool.map(nest, [depth - 1, depth - 1]);
    results.into_iter().map(|result| result.map_err(|error| error.to_string())?).sum()
}

/// A pool in a worker of a pool.
fn nested() -> Result<()> {
    println!("{}", said(Pool::new(2)?.apply(nest, (2,))));
    Ok(())
}

/// Threads that submit at once.
fn threads() -> Result<()> {
    let pool = Pool::new(2)?;
    let sums: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let pool = &pool;
                scope.spawn(move || match thread % 4 {
                    0 => sum(pool.map(square, 0..2000)).expect("no worker dies"),
                    1 => pool.imap(square, 0..2000).map(|n| n.expect("no worker dies")).sum(),
                    2 => sum(pool.map_async(square, 0..2000).get()).expect("no worker dies"),
                    _ => (0..2000).map(|n| pool.apply(square, (n,)).expect("no worker dies")).sum(),
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
    });
    println!("{}", sums.iter().all(|&sum| sum == 2_664_667_000));
    Ok(())
}

/// No more items are taken than a slow consumer needs.
fn back_pressure() -> Result<()> {
    let pool = Pool::builder().workers(2).chunk_size(2).start()?;
    let mut taken = 0;
    let mut results = pool.imap(|n: u32| vec![n; 1000], (0..100_000).inspect(|_| taken += 1));
    for _ in 0..10 {
        results.next().expect("there are more")?;
    }
    let left = results.len();
    drop(results);
    println!("{left} {}", taken <= 20_000);
    Ok(())
}

static GATE: OnceLock<Gate> = OnceLock::new();
static COUNTED: AtomicU64 = AtomicU64::new(0);

/// The task that is given this number waits.
const WAITS: u64 = 5;

/// Where a task says that it has begun, and what it waits for.
#[derive(Serialize, Deserialize)]
struct Gate {
    begun: Sender<()>,
    goes: Receiver<()>,
}

fn set_gate(gate: Gate) {
    assert!(GATE.set(gate).is_ok(), "it is set once");
}

/// Counts itself.
fn count(n: u64) -> u64 {
    if n == WAITS {
        let gate = GATE.get().expect("the initializer has set it");
        gate.begun.send(()).expect("the parent receives");
        gate.goes.recv_timeout(LONG).expect("the parent sends");
    }
    COUNTED.fetch_add(1, Ordering::Relaxed);
    n
}

/// What a worker has that has not begun is not run after its call has been given up, and what others have given it is.
fn given_up() -> Result<()> {
    let ((begun, begins), (go, goes)) = (pipe::<()>()?, pipe::<()>()?);
    let pool = Pool::builder().workers(1).initializer(set_gate, (Gate { begun, goes },)).start()?;
    let counted = || pool.apply(|| COUNTED.swap(0, Ordering::Relaxed), ());
    // From now on it is known that they take little time, so hundreds are sent to the worker together.
    sum(pool.map(count, 100..10_000))?;
    sum(pool.map(square, 0..10_000))?;
    assert_eq!(counted()?, 9_900);

    let many = pool.map_async(count, 0..1_000);
    let others = pool.map_async(square, 0..1_000);
    begins.recv_timeout(LONG)?;
    drop(many);
    go.send(())?;
    println!("{} {}", said(sum(others.get())), counted()?);

    let mut some = pool.imap(count, 0..10_000);
    println!("{:?}", some.by_ref().take(5).collect::<Result<Vec<_>, _>>()?);
    begins.recv_timeout(LONG)?;
    drop(some);
    go.send(())?;
    println!("{}", counted()?);

    // Those that are left of a pool that takes no more are run, and then it ends.
    let many = pool.map_async(count, 0..1_000);
    let others = pool.map_async(square, 0..1_000);
    begins.recv_timeout(LONG)?;
    pool.close();
    drop(many);
    go.send(())?;
    println!("{}", said(sum(others.get())));
    pool.join();
    Ok(())
}

/// A thread that waits sleeps while no task ends, also if tasks wait behind others.
fn sleeps() -> Result<()> {
    for workers in [1, 2] {
        let pool = Pool::builder().workers(workers).chunk_size(4).start()?;
        let before = os::sleeps();
        let results = pool.map(|_: u32| thread::sleep(Duration::from_millis(75)), 0..4 * workers as u32); // stands for work
        let sleeps = os::sleeps() - before;
        assert!(results.iter().all(std::result::Result::is_ok));
        eprintln!("{workers}: {sleeps} times");
        println!("{}", sleeps < 60);
    }
    Ok(())
}

/// A result comes although its worker is in another task of the same chunk, also if the worker was not heard of for long.
fn early_results() -> Result<()> {
    let ((begun, begins), (go, goes)) = (pipe::<()>()?, pipe::<()>()?);
    let builder = Pool::builder().workers(1).chunk_size(4);
    let pool = builder.initializer(set_gate, (Gate { begun, goes },)).start()?;
    let slow = |n: u64| {
        thread::sleep(Duration::from_millis(20)); // stands for work
        count(n)
    };
    let mut results = pool.imap(slow, [3, 4, WAITS, 6]);
    println!("{:?}", results.by_ref().take(2).collect::<Result<Vec<_>, _>>()?);
    begins.recv_timeout(LONG)?;
    go.send(())?;
    println!("{:?}", results.collect::<Result<Vec<_>, _>>()?);
    Ok(())
}

/// What is far longer than a socket takes at once, in both directions.
fn large() -> Result<()> {
    let megabytes: usize = std::env::var("MEBIBYTES").map_or(8, |m| m.parse().expect("a number"));
    let pool = Pool::new(2)?;
    let texts = (0..2_u8).map(|n| char::from(b'a' + n).to_string().repeat(megabytes << 20));
    let back = pool.map(|text: String| text, texts);
    let fits = |(n, text): (usize, String)| {
        text.len() == megabytes << 20 && text.bytes().all(|byte| usize::from(byte - b'a') == n)
    };
    println!("{}", back.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().enumerate().all(fits));
    Ok(())
}

/// A task that forks and returns twice gives one result, and one that closes all descriptors costs its worker.
fn odd_tasks() -> Result<()> {
    let pool = Pool::new(1)?;
    let copies = pool.map(|n: u64| if os::fork().is_some() { n } else { 100 + n }, 0..20);
    println!("{}", said(sum(copies)));
    let closing = pool.apply(|| os::close_from(3), ());
    println!("{}", said(closing));
    println!("{}", said(pool.apply(square, (3,))));
    Ok(())
}

/// Nothing is left of pools: no descriptor and no process.
fn leftovers() -> Result<()> {
    let use_up = |pool: Pool, way: u32| -> Result<()> {
        sum(pool.map(square, 0..100))?;
        let _ = pool.apply(end, (way,));
        let handle = pool.map_async(square, 0..100);
        match way {
            0 => pool.join(),
            1 => pool.terminate(),
            _ => drop(pool),
        }
        drop(handle);
        Ok(())
    };
    use_up(Pool::new(2)?, 0)?;
    let before = proc::descriptors();
    for way in 0..6 {
        use_up(Pool::builder().workers(3).time_limit(Duration::from_millis(50)).start()?, way % 4)?;
    }
    let (children, server) = (proc::children(), proc::forkserver());
    let left = children.iter().filter(|(pid, _)| Some(*pid) != server).count();
    println!("{} {left}", before.len() == proc::descriptors().len());
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let begun = Instant::now();
    match variation().as_str() {
        "results" => results(),
        "handles" => handles(),
        "ends" => ends(),
        "panics while writing" => panics_while_writing(),
        "renewal" => renewal(),
        "initializer" => initializer(),
        "memory" => memory(),
        "soft limit" => soft_limit(),
        "nested" => nested(),
        "threads" => threads(),
        "back pressure" => back_pressure(),
        "given up" => given_up(),
        "sleeps" => sleeps(),
        "early results" => early_results(),
        "large" => large(),
        "odd tasks" => odd_tasks(),
        "leftovers" => leftovers(),
        other => panic!("no variation {other:?}"),
    }?;
    // Copying takes its time, for which the test has a deadline.
    assert!(variation() == "large" || begun.elapsed() < LONG, "{:?}", begun.elapsed());
    Ok(())
}
