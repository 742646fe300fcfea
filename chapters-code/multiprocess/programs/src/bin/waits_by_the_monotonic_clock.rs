//! Traces each wait that has a limit, and looks for system calls that depend on the wall clock. The traced process is this program, with
//! the argument `waits`, and without the kernel's functions that read clocks without a system call.

use std::os::fd::AsFd;
use std::time::{Duration, SystemTime};

use multiprocess::pipe::pipe;
use multiprocess::queue::{joinable_queue, queue};
use multiprocess::sync::{Barrier, Condition, Event, Mutex, RLock, Semaphore};
use multiprocess::{Process, Result, WaitSet, wait};
use multiprocess_programs::os::tracing::{self, Call, Stop, Tracee, Until, number_mark};
use multiprocess_programs::{meeting, os, variation};

const LIMIT: Duration = Duration::from_millis(3);

/// The waits by name. The first two are none of the library's, and do depend on the wall clock.
const WAITS: [&str; 18] = [
    "the time of day",
    "a semaphore of the C library",
    "Mutex::lock_timeout",
    "RLock::lock_timeout",
    "Semaphore::acquire_timeout",
    "Condition::wait_timeout",
    "Event::wait_timeout",
    "Barrier::wait_timeout",
    "queue: recv_timeout",
    "queue: recv_timeout behind another receiver",
    "queue: send_timeout",
    "queue: recv_bytes_timeout",
    "JoinableSender::join_timeout",
    "pipe: recv_timeout",
    "pipe: send_timeout",
    "Child::join_timeout",
    "wait",
    "WaitSet::wait",
];

/// Does each of them, with a mark before it.
fn waits() -> Result<()> {
    let mut number = 0;
    let mut times_out = |name: &str, wait: &mut dyn FnMut() -> bool| {
        assert_eq!(WAITS[number], name);
        number_mark(number as u64);
        let timed_out = wait();
        number_mark(WAITS.len() as u64);
        assert!(timed_out, "{name}");
        number += 1;
    };
    let (mutex, again, permits) = (Mutex::new(0)?, RLock::new()?, Semaphore::new(1)?);
    let (condition, event, barrier) = (Condition::new()?, Event::new()?, Barrier::new(2)?);
    let (sender, receiver) = queue(1)?;
    sender.send(0)?;
    let (nothing, empty) = queue::<u32>(1)?;
    let (tasks, workers) = joinable_queue(1)?;
    tasks.send(0)?;
    let (into, out_of) = pipe::<u32>()?;
    let (_quiet, silent) = pipe::<u32>()?;
    let mut child = Process::new(meeting::stay, ()).start()?.kill_on_drop(true);
    let mut set = WaitSet::new()?;
    set.insert(silent.as_fd())?;
    let (held, holds) = (Event::new()?, Event::new()?);
    std::thread::scope(|scope| -> Result<()> {
        let (mutex, again, permits) = (&mutex, &again, &permits);
        let (held_too, holds_too) = (held.clone(), holds.clone());
        // A thread that is not traced has all of them meanwhile.
        scope.spawn(move || {
            let _all = (mutex.lock(), again.lock(), permits.acquire());
            holds_too.set();
            held_too.wait();
        });
        let first = scope.spawn(|| empty.recv());
        holds.wait();
        times_out(WAITS[0], &mut || SystemTime::now() > SystemTime::UNIX_EPOCH);
        times_out(WAITS[1], &mut os::wait_by_the_wall_clock);
        times_out("Mutex::lock_timeout", &mut || mutex.lock_timeout(LIMIT).is_err());
        times_out("RLock::lock_timeout", &mut || again.lock_timeout(LIMIT).is_err());
        times_out("Semaphore::acquire_timeout", &mut || permits.acquire_timeout(LIMIT).is_err());
        held.set();
        let mut guard = Some(mutex.lock().expect("it becomes free"));
        times_out("Condition::wait_timeout", &mut || {
            condition
                .wait_timeout(guard.take().expect("it is called once"), LIMIT)
                .expect("no holder was killed")
                .1
                .timed_out()
        });
        times_out("Event::wait_timeout", &mut || !event.wait_timeout(LIMIT));
        times_out("Barrier::wait_timeout", &mut || barrier.wait_timeout(LIMIT).is_err());
        let taken = receiver.recv()?;
        times_out("queue: recv_timeout", &mut || receiver.recv_timeout(LIMIT).is_err());
        times_out("queue: recv_timeout behind another receiver", &mut || empty.recv_timeout(LIMIT).is_err());
        sender.send(taken)?;
        times_out("queue: send_timeout", &mut || sender.send_timeout(1, LIMIT).is_err());
        receiver.recv()?;
        times_out("queue: recv_bytes_timeout", &mut || receiver.recv_bytes_timeout(10, LIMIT).is_err());
        times_out("JoinableSender::join_timeout", &mut || tasks.join_timeout(LIMIT).is_err());
        times_out("pipe: recv_timeout", &mut || out_of.recv_timeout(LIMIT).is_err());
        while into.try_send(1).is_ok() {}
        times_out("pipe: send_timeout", &mut || into.send_timeout(1, LIMIT).is_err());
        times_out("Child::join_timeout", &mut || matches!(child.join_timeout(LIMIT), Ok(None)));
        times_out("wait", &mut || wait(&[&child], Some(LIMIT)).is_ok_and(|ready| ready.is_empty()));
        times_out("WaitSet::wait", &mut || set.wait(Some(LIMIT)).is_ok_and(|ready| ready.is_empty()));
        nothing.send(0)?;
        first.join().expect("no panic")?;
        Ok(())
    })?;
    workers.recv()?.done();
    child.kill()?;
    let _ = child.join();
    Ok(())
}

/// Whether what a call does depends on what the wall clock shows.
fn depends_on_the_wall_clock(call: &Call) -> bool {
    /// `CLOCK_REALTIME`, `CLOCK_REALTIME_COARSE`, `CLOCK_REALTIME_ALARM`, `CLOCK_TAI`
    const WALL: [u64; 4] = [0, 5, 8, 11];
    let [first, second, ..] = call.arguments;
    match call.number {
        libc::SYS_gettimeofday => true,
        libc::SYS_clock_gettime | libc::SYS_timerfd_create => WALL.contains(&first),
        libc::SYS_clock_nanosleep => WALL.contains(&first) && second & libc::TIMER_ABSTIME as u64 != 0,
        libc::SYS_futex => {
            let operation = second as i32;
            let command = operation & !(libc::FUTEX_PRIVATE_FLAG | libc::FUTEX_CLOCK_REALTIME);
            operation & libc::FUTEX_CLOCK_REALTIME != 0 || command == libc::FUTEX_LOCK_PI
        }
        _ => false,
    }
}

fn trace() -> Result<()> {
    let mut command = std::process::Command::new(std::env::current_exe().expect("it has a path"));
    let mut child = tracing::start(command.arg("waits")).expect("it can be started");
    let tracee = Tracee::started(child.id());
    tracing::without_clock_functions(child.id());
    let mut wait = None;
    let mut calls = vec![0_u32; WAITS.len()];
    let mut wall = vec![0_u32; WAITS.len()];
    tracee.go_on(Until::Call, 0);
    loop {
        match tracee.stop_or_end() {
            None => break,
            Some(Stop::Signal(signal)) => tracee.go_on(Until::Call, signal),
            Some(Stop::Interrupted) => {}
            Some(Stop::There) => {
                if let Some(call) = tracee.call() {
                    if let Some(mark) = tracing::marked(&call) {
                        wait = Some(mark as usize).filter(|&mark| mark < WAITS.len());
                    } else if let Some(wait) = wait {
                        calls[wait] += 1;
                        wall[wait] += u32::from(depends_on_the_wall_clock(&call));
                    }
                }
                tracee.go_on(Until::Call, 0);
            }
        }
    }
    for ((name, calls), wall) in WAITS.iter().zip(calls).zip(wall) {
        eprintln!("{name}: {calls} calls, {wall} by the wall clock");
        println!("{name}: {}, by the wall clock: {}", calls > 0, wall > 0);
    }
    println!("{}", child.wait().expect("it has ended"));
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation() == "waits" { waits() } else { trace() }
}
