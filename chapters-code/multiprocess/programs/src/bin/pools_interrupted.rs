//! Pools that end on an interrupt: by Ctrl-C at a terminal, and by a signal to the group. What was done is there, what ran was cut off,
//! what had not begun was not run, and nobody is left.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::pool::AsyncResult;
use multiprocess::shared::RawArray;
use multiprocess::{Pool, PoolError, Process, Result, TaskError, TaskErrorKind, pipe};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats, said, variation};

/// Longer than a busy machine needs.
const LONG: Duration = Duration::from_secs(30);

/// A second is promised. A busy machine may need more.
const SOON: Duration = Duration::from_secs(5);

const BEGUN: u32 = 1;
const DONE: u32 = 2;

/// Where tasks note how far they are, and where those say so that never end.
type Notes = (RawArray<u32>, Sender<u32>);

static NOTES: OnceLock<Notes> = OnceLock::new();

fn keep(states: RawArray<u32>, begun: Sender<u32>) {
    assert!(NOTES.set((states, begun)).is_ok(), "it is called once in each worker");
}

/// From this one on, tasks never end.
const ENDLESS: u32 = 5;

fn work(task: u32) -> u32 {
    let (states, begun) = NOTES.get().expect("the initializer has run");
    assert_eq!(states.fetch_add(task as usize, BEGUN, SeqCst), 0, "no task runs twice");
    if task >= ENDLESS {
        begun.send(task).expect("the program receives");
        // A program that ends by an interrupt, though its worker does not.
        let ended = Command::new("sleep").arg("1000").status().expect("it can be started");
        assert!(!ended.success());
        stay();
    }
    states.store(task as usize, DONE, SeqCst);
    task
}

/// A pool of two workers, what its tasks note, and what tells when one has begun that never ends.
fn pool(tasks: u32) -> Result<(Pool, RawArray<u32>, Receiver<u32>)> {
    let states = RawArray::zeroed(tasks as usize)?;
    let (begun, begins) = pipe()?;
    let pool = Pool::builder().workers(2).chunk_size(1).initializer(keep, (states.clone(), begun));
    Ok((pool.end_on_interrupt().start()?, states, begins))
}

/// Waits until two tasks have begun that never end. Tasks are handed out while the program waits for their results.
fn wait_for_two<T>(begins: &Receiver<u32>, handle: &mut AsyncResult<T>) {
    let begun = Instant::now();
    for _ in 0..2 {
        while begins.try_recv().is_err() {
            assert!(!handle.wait_timeout(Duration::from_millis(1)) && begun.elapsed() < LONG);
        }
    }
}

/// What a program can say of a call. It is what the tasks have noted.
fn report(
    results: impl IntoIterator<Item = std::result::Result<u32, TaskError>>,
    states: &RawArray<u32>,
) -> String {
    let (mut done, mut cut_off, mut not_begun) = (0, 0, 0);
    for (task, result) in results.into_iter().enumerate() {
        let state = states.load(task, SeqCst);
        match result.map_err(|error| (error.task, *error.kind)) {
            Ok(value) => {
                assert_eq!((value as usize, state), (task, DONE));
                done += 1;
            }
            Err((number, TaskErrorKind::Interrupted)) => {
                assert_eq!((number, state), (task, BEGUN));
                cut_off += 1;
            }
            Err((number, TaskErrorKind::NotRun { source })) if matches!(*source, PoolError::Interrupted) => {
                assert_eq!((number, state), (task, 0));
                not_begun += 1;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    format!("{done} done, {cut_off} cut off, {not_begun} not begun")
}

/// Says when it is ready to be interrupted, and then what was done.
fn reports() -> Result<()> {
    let (pool, states, begins) = pool(10)?;
    let mut handle = pool.map_async(work, 0..10);
    wait_for_two(&begins, &mut handle);
    println!("ready");
    std::io::stdout().flush().expect("it can be written");
    println!("{}", report(handle.get(), &states));
    println!("{} {}", pool.is_interrupted(), said(pool.apply(work, (0,))));
    let status = i32::from(pool.is_interrupted()) * 130;
    // Nothing is dropped.
    std::process::exit(status)
}

/// Someone presses Ctrl-C at the terminal of a program.
fn terminal() -> Result<()> {
    let program = std::env::current_exe().expect("it is known");
    let (mut terminal, mut child) = os::start_at_a_terminal(Command::new(program).arg("reports"));
    let mut printed = String::new();
    let read = |mut terminal: &File, printed: &mut String| {
        let mut bytes = [0; 1024];
        // What reads from a terminal that no process has open gets an error.
        let length = terminal.read(&mut bytes).unwrap_or(0);
        *printed += &String::from_utf8_lossy(&bytes[..length]);
        length > 0
    };
    while !printed.contains("ready") {
        assert!(read(&terminal, &mut printed), "{printed}");
    }
    let pressed = Instant::now();
    terminal.write_all(b"\x03").expect("it can be written");
    while read(&terminal, &mut printed) {}
    let ended = child.wait().expect("it is this program's child");
    eprintln!("{:?}", pressed.elapsed());
    assert!(pressed.elapsed() < SOON, "{:?}", pressed.elapsed());
    let printed = printed.replace("^C", "");
    print!("{}", printed.replace("\r\n", "\n"));
    println!("{ended}");
    Ok(())
}

/// Interrupts the group, and checks how long a call takes that waits.
fn interrupted<T>(wait: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    os::kill_group(libc::SIGINT);
    let result = wait();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    result
}

/// The signal goes to the group, and each kind of call returns.
fn calls() -> Result<()> {
    let server = proc::forkserver();
    let (first, states, begins) = pool(10)?;
    let mut handle = first.map_async(work, 0..10);
    wait_for_two(&begins, &mut handle);
    println!("map_async: {}", report(interrupted(|| handle.get()), &states));

    let (second, states, _begins) = pool(10)?;
    let mut results = second.imap(work, 0..10);
    let mut all: Vec<_> = results.by_ref().take(ENDLESS as usize).collect();
    interrupted(|| all.extend(results));
    let said = report(all, &states);
    assert!(said.starts_with("5 done"), "{said}");
    println!("imap: {}", said.starts_with("5 done"));

    let (third, _, _begins) = pool(10)?;
    let handle = third.apply_async(stay, ());
    let unordered = third.imap_unordered(work, 0..10);
    let (unordered, one) =
        interrupted(|| (unordered.filter(std::result::Result::is_err).count(), handle.get()));
    println!("imap_unordered: {}, apply: {}", unordered >= 5, one.is_err());

    let (fourth, states, begins) = pool(10)?;
    let mut handle = fourth.map_async(work, 0..10);
    wait_for_two(&begins, &mut handle);
    fourth.close();
    // What was closed before is interrupted all the same.
    interrupted(|| fourth.join());
    println!("join: {}", report(handle.get(), &states));

    println!("the same forkserver: {}", server == proc::forkserver());
    println!("{}", said_of(Pool::new(2)?.map(|n: u32| n, 0..3)));
    for pool in [first, second, third] {
        assert!(pool.is_interrupted());
    }
    Ok(())
}

fn said_of(results: Vec<std::result::Result<u32, TaskError>>) -> String {
    said(results.into_iter().sum::<std::result::Result<u32, _>>())
}

/// Several threads wait for several pools.
fn threads() -> Result<()> {
    os::lead_group();
    let (one, states, begins) = pool(10)?;
    let (other, ..) = pool(10)?;
    let reports = std::thread::scope(|scope| {
        let first = scope.spawn(|| one.map(work, 0..10));
        for _ in 0..2 {
            begins.recv_timeout(LONG).expect("two tasks begin that never end");
        }
        let waiting: Vec<_> = (0..6)
            .map(|thread| {
                let pool = if thread % 2 == 0 { &one } else { &other };
                scope.spawn(move || match pool.apply(stay, ()).map_err(|error| *error.kind) {
                    Err(TaskErrorKind::Interrupted | TaskErrorKind::NotRun { .. }) => {}
                    other => panic!("{other:?}"),
                })
            })
            .collect();
        while other.worker_pids().len() < 2 {
            std::thread::yield_now();
        }
        interrupted(|| {
            waiting.into_iter().for_each(|thread| thread.join().expect("it does not panic"));
            report(first.join().expect("it does not panic"), &states)
        })
    });
    println!("{reports}");
    Ok(())
}

/// The second interrupt ends the program.
fn twice() -> Result<()> {
    os::lead_group();
    let (pool, states, begins) = pool(10)?;
    let mut handle = pool.map_async(work, 0..10);
    wait_for_two(&begins, &mut handle);
    println!("{}", interrupted(|| report(handle.get(), &states)));
    std::io::stdout().flush().expect("it can be written");
    os::kill_group(libc::SIGINT);
    stay();
    Ok(())
}

/// A task has a pool of its own.
fn nested() -> Result<()> {
    os::lead_group();
    let (begun, begins) = pipe::<u32>()?;
    let outer = Pool::builder().workers(1).end_on_interrupt().start()?;
    let mut handle = outer.apply_async(
        |begun: Sender<u32>| {
            let inner =
                Pool::builder().workers(2).end_on_interrupt().start().map_err(|error| error.to_string())?;
            let hang = |begun: Sender<u32>| {
                begun.send(0).expect("the program receives");
                stay();
            };
            inner.map(hang, [begun.clone(), begun]);
            stay();
            std::result::Result::<(), String>::Ok(())
        },
        (begun,),
    );
    wait_for_two(&begins, &mut handle);
    let result = interrupted(|| handle.get());
    println!("{}", result.is_err_and(|error| matches!(*error.kind, TaskErrorKind::Interrupted)));
    Ok(())
}

/// The pool leaves the program's own handling of the signal as it was, and its copies die as they would.
fn handlers() -> Result<()> {
    let default = os::handler_of(libc::SIGINT);
    let (one, ..) = pool(1)?;
    let (other, ..) = pool(1)?;
    let both = os::handler_of(libc::SIGINT);
    drop(one);
    println!("{} {}", both != default, os::handler_of(libc::SIGINT) == both);
    if os::fork().is_none() {
        os::kill_self(libc::SIGINT);
        os::exit_now(0);
    }
    println!("{}", said(other.apply(work, (0,))));
    drop(other);
    println!("{}", os::handler_of(libc::SIGINT) == default);

    os::count(libc::SIGINT);
    let own = os::handler_of(libc::SIGINT);
    let (pool_of_own, ..) = pool(1)?;
    os::kill_self(libc::SIGINT);
    println!("{} {}", said(pool_of_own.apply(work, (0,))), os::handler_of(libc::SIGINT) == own);
    os::kill_self(libc::SIGINT);
    println!("{}", os::counted());

    os::ignore(libc::SIGINT);
    let (deaf, ..) = pool(1)?;
    os::kill_self(libc::SIGINT);
    println!("{} {}", said(deaf.apply(work, (0,))), deaf.is_interrupted());
    Ok(())
}

/// A pool that is made after the program's own handler hears the signal, though an earlier pool has put its own there.
fn later_handler() -> Result<()> {
    let (early, ..) = pool(1)?;
    os::count(libc::SIGINT);
    let own = os::handler_of(libc::SIGINT);
    let (late, ..) = pool(1)?;
    os::kill_self(libc::SIGINT);
    println!("{} {}", said(late.apply(work, (0,))), said(early.apply(work, (0,))));
    println!("{} {}", os::counted(), os::handler_of(libc::SIGINT) == own);
    Ok(())
}

/// The pool's handler runs on the stack that the program's own handler would have.
fn stacks() -> Result<()> {
    let of_default = pool(1)?;
    println!("{}", os::has_alternate_stack(libc::SIGINT));
    drop(of_default);
    os::count(libc::SIGINT);
    let _of_own = pool(1)?;
    println!("{}", os::has_alternate_stack(libc::SIGINT));
    Ok(())
}

/// A handler that asks to be called once is called once.
fn once() -> Result<()> {
    let default = os::handler_of(libc::SIGINT);
    os::count_once(libc::SIGINT);
    let (pool, ..) = pool(1)?;
    os::kill_self(libc::SIGINT);
    println!("{} {}", os::counted(), os::handler_of(libc::SIGINT) == default);
    println!("{} {}", said(pool.apply(work, (0,))), pool.is_interrupted());
    Ok(())
}

/// A pool that has ended for another reason leaves the signal to the program, and one that it has ended stays interrupted.
fn ended() -> Result<()> {
    let default = os::handler_of(libc::SIGINT);
    let (terminated, ..) = pool(1)?;
    terminated.terminate();
    println!("{} {}", os::handler_of(libc::SIGINT) == default, terminated.is_interrupted());

    let exit = || std::process::exit(1);
    let failed = Pool::builder().workers(1).initializer(exit, ()).end_on_interrupt().start()?;
    println!("{}", said(failed.apply(|| (), ())));
    println!("{} {}", os::handler_of(libc::SIGINT) == default, failed.is_interrupted());

    let (interrupted, ..) = pool(1)?;
    os::kill_self(libc::SIGINT);
    interrupted.terminate();
    // It may have what the others had.
    let (unharmed, ..) = pool(1)?;
    println!("{} {}", interrupted.is_interrupted(), said(unharmed.apply(work, (0,))));
    println!("{} {}", said(interrupted.apply(work, (0,))), unharmed.is_interrupted());
    println!("{} {}", terminated.is_interrupted(), failed.is_interrupted());
    Ok(())
}

/// The signal comes while a call begins to wait for a task that never ends.
fn as_a_wait_begins() -> Result<()> {
    let mut random = Random::from_environment();
    for _ in 0..repeats(200) {
        let pool = Pool::builder().workers(1).end_on_interrupt().start()?;
        let mut handle = pool.apply_async(stay, ());
        let is_ready = AtomicBool::new(false);
        let [before, later] = [0; 2].map(|_| Duration::from_nanos(random.below(10_000)));
        let spin = |time| {
            let begun = Instant::now();
            while begun.elapsed() < time {}
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_ready.load(SeqCst) {
                    std::hint::spin_loop();
                }
                spin(later);
                os::kill_self(libc::SIGINT);
            });
            is_ready.store(true, SeqCst);
            spin(before);
            let begun = Instant::now();
            assert!(handle.wait_timeout(LONG));
            assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        });
        assert!(handle.get().is_err() && pool.is_interrupted());
    }
    println!("true");
    Ok(())
}

/// A copy that a worker makes, and a process that it starts, die of the signal as they would elsewhere.
fn copies() -> Result<()> {
    let pool = Pool::builder().workers(1).end_on_interrupt().start()?;
    let copy = || {
        let Some(copy) = os::fork() else {
            os::kill_self(libc::SIGINT);
            os::exit_now(0)
        };
        os::end_of(copy).to_string()
    };
    println!("{}", said(pool.apply(copy, ())));
    let process = || {
        let child = Process::new(|| os::kill_self(libc::SIGINT), ()).start();
        child.map_err(|error| error.to_string())?.join().map_err(|error| error.kind.to_string())
    };
    println!("{}", said(pool.apply(process, ())));
    let survives = || {
        os::kill_self(libc::SIGINT);
        true
    };
    println!("{} {}", said(pool.apply(survives, ())), pool.is_interrupted());
    Ok(())
}

/// Interrupts at random moments. Each task has one result, and it is the truth.
fn at_any_moment() -> Result<()> {
    os::lead_group();
    let mut random = Random::from_environment();
    let mut seen = [0; 3];
    let mut longest = Duration::ZERO;
    for _ in 0..repeats(500) {
        let tasks = 1 + random.below(300) as u32;
        let states = RawArray::zeroed(tasks as usize)?;
        let mut builder = Pool::builder().workers(1 + random.below(3) as usize).end_on_interrupt();
        if random.below(2) == 0 {
            builder = builder.chunk_size(1 + random.below(20) as usize);
        }
        let pool =
            builder.initializer(|states| assert!(STATES.set(states).is_ok()), (states.clone(),)).start()?;
        let spin = [0, 30, 500][random.below(3) as usize];
        let mut handle = pool.map_async(brief, (0..tasks).map(|task| (task, spin)));
        handle.wait_timeout(random.moment(Duration::from_millis(30)));
        let begun = Instant::now();
        os::kill_group(libc::SIGINT);
        let results = handle.get();
        longest = longest.max(begun.elapsed());
        assert_eq!(results.len(), tasks as usize);
        let mut cut_off = 0;
        for (task, result) in results.into_iter().enumerate() {
            let state = states.load(task, SeqCst);
            match result.map_err(|error| *error.kind) {
                Ok(value) => {
                    assert_eq!((value as usize, state), (task, DONE));
                    seen[0] += 1;
                }
                Err(TaskErrorKind::Interrupted) => {
                    // It may have been done, and its worker killed before it could keep the result.
                    assert!(state <= DONE);
                    seen[1] += 1;
                    cut_off += 1;
                }
                Err(TaskErrorKind::NotRun { source }) => {
                    assert!(matches!(*source, PoolError::Interrupted), "{source:?}");
                    assert_eq!(state, 0);
                    seen[2] += 1;
                }
                Err(error) => panic!("{error:?}"),
            }
        }
        assert!(cut_off <= pool.workers(), "{cut_off} tasks were cut off");
    }
    assert!(longest < SOON, "{longest:?}");
    let [done, cut_off, not_begun] = seen;
    eprintln!("{done} done, {cut_off} cut off, {not_begun} not begun; the longest wait took {longest:?}");
    println!("{}", seen.iter().all(|&count| count > 0));
    Ok(())
}

static STATES: OnceLock<RawArray<u32>> = OnceLock::new();

fn brief((task, microseconds): (u32, u64)) -> u32 {
    let states = STATES.get().expect("the initializer has run");
    assert_eq!(states.fetch_add(task as usize, BEGUN, SeqCst), 0, "no task runs twice");
    let until = Instant::now() + Duration::from_micros(microseconds);
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    states.store(task as usize, DONE, SeqCst);
    task
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    match variation().as_str() {
        "reports" => reports(),
        "terminal" => terminal(),
        "calls" => {
            // Where there is a forkserver, it is there from now on, and in this group.
            os::lead_group();
            Process::new(|| (), ()).start()?.join()?;
            calls()
        }
        "threads" => threads(),
        "twice" => twice(),
        "nested" => nested(),
        "handlers" => handlers(),
        "later handler" => later_handler(),
        "stacks" => stacks(),
        "once" => once(),
        "ended" => ended(),
        "as a wait begins" => as_a_wait_begins(),
        "copies" => copies(),
        "at any moment" => at_any_moment(),
        other => panic!("no variation {other:?}"),
    }
}
