//! The series by two processes that bring their sums together in five ways.

use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use anyhow::ensure;
use multiprocess::shared::RawValue;
use multiprocess::sync::{Barrier, Mutex};
use multiprocess::{Process, pipe, queue};
use nix::time::{ClockId, clock_gettime};
use pi::series::sum;
use serde::{Deserialize, Serialize};

use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pi_shared",
    heads: ("A million terms by two processes", Some("times one lock for each half")),
    unit: Unit::Microseconds,
    rounds: 8,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("The number is how many terms a process adds up by itself before it passes the sum on. Each process has half of the \
            terms. The time begins when both are ready and ends when the total is complete, so it does not contain their start and \
            their end. The kernel chooses where they run. The manager is the process that measures: it makes an answer for each sum, \
            which goes through a pipe that the asker has made for it.\n"
            .to_owned())
    },
    page: None,
};

const TERMS: u64 = 1_000_000;
const AT_ONCE: [u64; 7] = [1, 10, 100, 1000, 10_000, 100_000, 500_000];
/// For fewer terms, it would take most of the group's time.
const FEWEST_BY_MANAGER: u64 = 100;
const BASE: &str = "500000 terms: lock";
/// How many sums a queue holds.
const BOUND: usize = 1000;

type Asked = (f64, pipe::Sender<f64>);

// ANCHOR: total
/// Where a process adds its sums.
#[derive(Clone, Serialize, Deserialize)]
enum Total {
    Pipe(pipe::Sender<f64>),
    Queue(queue::Sender<f64>),
    Locked(Mutex<f64>),
    Atomic(RawValue<f64>),
    Manager(pipe::Sender<Asked>),
}

impl Total {
    fn add(&self, part: f64) -> multiprocess::Result<()> {
        match self {
            Total::Pipe(sender) => sender.send(part)?,
            Total::Queue(sender) => sender.send(part)?,
            Total::Locked(total) => *total.lock()? += part,
            Total::Atomic(total) => _ = total.fetch_add(part, Relaxed),
            Total::Manager(asks) => {
                let (asker, answer) = pipe()?;
                asks.send((part, asker))?;
                answer.recv()?;
            }
        }
        Ok(())
    }
}
// ANCHOR_END: total

/// The time of a clock that is the same for all processes.
fn now() -> Duration {
    clock_gettime(ClockId::CLOCK_MONOTONIC).expect("Linux has it").into()
}

/// Adds up the terms, and says when it began and ended.
fn work(mut terms: Range<u64>, at_once: u64, total: Total, ready: Barrier) -> [Duration; 2] {
    ready.wait().expect("no process is killed");
    let began = now();
    while !terms.is_empty() {
        let end = terms.end.min(terms.start + at_once);
        total.add(sum(terms.start..end)).expect("the total is there");
        terms.start = end;
    }
    [began, now()]
}

/// Has two processes add to the total. `collect` does what is left to do for it meanwhile.
fn timed(
    at_once: u64,
    total: Total,
    collect: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<Duration> {
    let ready = Barrier::new(2)?;
    let worker =
        |terms: Range<u64>| Process::new(work, (terms, at_once, total.clone(), ready.clone())).start();
    let mut workers = [worker(0..TERMS / 2)?, worker(TERMS / 2..TERMS)?];
    drop(total);
    collect()?;
    let collected = now();
    let [first, second] = &mut workers;
    let [[first_began, first_ended], [second_began, second_ended]] = [first.join()?, second.join()?];
    let worked = first_ended.max(second_ended);
    // With shared memory, there is nothing to collect, and `collect` has ended long before.
    Ok(worked.max(collected) - first_began.min(second_began))
}

/// In microseconds.
fn checked(took: Duration, sum: f64) -> anyhow::Result<f64> {
    ensure!((4.0 * sum - std::f64::consts::PI).abs() < 1e-5, "the sum is {sum}");
    Ok(took.as_secs_f64() * 1e6)
}

/// How many sums there are in all.
fn sums(at_once: u64) -> u64 {
    2 * (TERMS / 2).div_ceil(at_once)
}

fn by_pipe(at_once: u64) -> anyhow::Result<f64> {
    let (sender, parts) = pipe()?;
    let mut total = 0.0;
    let took = timed(at_once, Total::Pipe(sender), || {
        for _ in 0..sums(at_once) {
            total += parts.recv()?;
        }
        Ok(())
    })?;
    checked(took, total)
}

fn by_queue(at_once: u64) -> anyhow::Result<f64> {
    let (sender, parts) = queue(BOUND)?;
    let mut total = 0.0;
    let took = timed(at_once, Total::Queue(sender), || {
        for _ in 0..sums(at_once) {
            total += parts.recv()?;
        }
        Ok(())
    })?;
    checked(took, total)
}

fn by_lock(at_once: u64) -> anyhow::Result<f64> {
    let total = Mutex::new(0.0)?;
    let took = timed(at_once, Total::Locked(total.clone()), || Ok(()))?;
    let sum = *total.lock().expect("no process was killed");
    checked(took, sum)
}

fn by_atomic(at_once: u64) -> anyhow::Result<f64> {
    let total = RawValue::new(0.0)?;
    let took = timed(at_once, Total::Atomic(total.clone()), || Ok(()))?;
    checked(took, total.load(Relaxed))
}

fn by_manager(at_once: u64) -> anyhow::Result<f64> {
    let (asks, requests) = pipe::<Asked>()?;
    let mut total = 0.0;
    let took = timed(at_once, Total::Manager(asks), || {
        for _ in 0..sums(at_once) {
            let (part, asker) = requests.recv()?;
            total += part;
            asker.send(total)?;
        }
        Ok(())
    })?;
    checked(took, total)
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for at_once in AT_ONCE {
        let mut add = |how: &str, once: fn(u64) -> anyhow::Result<f64>| {
            cases.push(Case::new(format!("{at_once} terms: {how}"), move || once(at_once)).over(BASE));
        };
        add("pipe", by_pipe);
        add("queue", by_queue);
        add("lock", by_lock);
        add("atomic", by_atomic);
        if at_once >= FEWEST_BY_MANAGER {
            add("manager", by_manager);
        }
    }
    Ok(cases)
}
