//! How long one waits for a lock that another process takes again and again, and who gets how many turns.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::{Duration, Instant};

use multiprocess::queue::{Receiver, Sender};
use multiprocess::shared::RawValue;
use multiprocess::sync::Semaphore;
use multiprocess::{Child, Process, StartMethod, queue};
use serde::{Deserialize, Serialize};

use super::counters::{Guarded, Under};
use super::pthread::{Plain, Pthread, Robust};
use super::{Counter, MUTEX, PLAIN, ROBUST, SEMAPHORE};
use crate::group::Group;
use crate::pinned::{on_one, on_two, pin, pinned};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const WAITS: Group = Group {
    name: "fairness",
    heads: ("Waiting for a lock that another process takes again and again", None),
    unit: Unit::Nanoseconds,
    rounds: 200,
    cases: waits,
    goals: Vec::new,
    note: || {
        Ok("A wait is one call that locks and unlocks. The other process does nothing but lock and unlock, on a CPU of its own. \
            Between two waits, the process is at work for 20 µs.\n"
            .to_owned())
    },
    page: None,
};

pub(crate) const TURNS: Group = Group {
    name: "turns",
    heads: ("Turns of the process that gets the fewest, for each 100 of all", None),
    unit: Unit::Count,
    rounds: 60,
    cases: turns,
    goals: Vec::new,
    note: || {
        Ok("In a sample, two or four processes lock and unlock for 20 ms. With two CPUs, two of four processes are on each. \
            Equal shares would be 50 and 25.\n"
            .to_owned())
    },
    page: None,
};

/// How long the processes take turns for a sample.
const PERIOD: Duration = Duration::from_millis(20);

const LONG: Duration = Duration::from_secs(30);

/// What a process is given that locks and unlocks.
#[derive(Serialize, Deserialize)]
struct Contender<C> {
    counter: C,
    cpus: Vec<usize>,
    /// How many have taken their places.
    placed: RawValue<u32>,
    stop: RawValue<u32>,
    go: Receiver<()>,
    begun: Sender<()>,
    turns: Sender<u64>,
}

fn contend<C: Counter>(contender: Contender<C>) {
    let Contender { counter, cpus, placed, stop, go, begun, turns } = contender;
    let place = placed.fetch_add(1, Relaxed) as usize;
    pin(cpus[place % cpus.len()]).expect("the CPU is one of those that are allowed");
    while go.recv().is_ok() {
        let mut taken = 0;
        begun.send(()).expect("the parent receives");
        while stop.load(Acquire) == 0 {
            counter.add(0).expect("no holder is killed");
            taken += 1;
        }
        turns.send(taken).expect("the parent receives");
    }
}

/// Processes that lock and unlock on request.
struct Contest<C> {
    counter: C,
    count: usize,
    stop: RawValue<u32>,
    go: Option<Sender<()>>,
    begun: Receiver<()>,
    turns: Receiver<u64>,
    children: Vec<Child<()>>,
}

impl<C: Counter> Contest<C> {
    fn start(count: usize, cpus: Vec<usize>) -> anyhow::Result<Contest<C>> {
        let (counter, theirs) = C::pair()?;
        let stop = RawValue::new(0)?;
        let ((go, going), (begin, begun), (took, turns)) = (queue(count)?, queue(count)?, queue(count)?);
        let contender = Contender {
            counter: theirs,
            cpus,
            placed: RawValue::new(0)?,
            stop: stop.clone(),
            go: going,
            begun: begin,
            turns: took,
        };
        let process =
            Process::new(contend::<C>, (contender,)).start_method(StartMethod::spawn()).daemon(true);
        let children = (0..count).map(|_| process.start()).collect::<Result<_, _>>()?;
        Ok(Contest { counter, count, stop, go: Some(go), begun, turns, children })
    }

    /// Has all of them lock and unlock while something is done. How many turns each of them had.
    fn run<R>(&self, meanwhile: impl FnOnce(&C) -> anyhow::Result<R>) -> anyhow::Result<(R, Vec<u64>)> {
        self.stop.store(0, Release);
        let go = self.go.as_ref().expect("it is not dropped");
        for _ in 0..self.count {
            go.send_timeout((), LONG)?;
        }
        for _ in 0..self.count {
            self.begun.recv_timeout(LONG)?;
        }
        let done = meanwhile(&self.counter);
        self.stop.store(1, Release);
        let turns = (0..self.count).map(|_| self.turns.recv_timeout(LONG)).collect::<Result<_, _>>()?;
        Ok((done?, turns))
    }
}

impl<C> Drop for Contest<C> {
    fn drop(&mut self) {
        self.go = None;
        for child in &mut self.children {
            let _ = child.join();
        }
    }
}

/// How many waits there are of which the longest one is looked for.
const MANY: u32 = 100;

/// What the process does between two of them.
const WORK: Duration = Duration::from_micros(20);

fn wait<C: Counter>(name: &str, waits: u32) -> anyhow::Result<Case> {
    let places = match on_two()? {
        Some(places) => places,
        None => on_one()?,
    };
    let contest = Contest::<C>::start(1, vec![places.theirs])?;
    let once = move || {
        pinned(Some(places.ours), || {
            let (longest, _) = contest.run(|counter| {
                let mut longest = Duration::ZERO;
                for _ in 0..waits {
                    let begun = Instant::now();
                    counter.add(0)?;
                    let locked = Instant::now();
                    longest = longest.max(locked - begun);
                    while waits > 1 && locked.elapsed() < WORK {
                        std::hint::spin_loop();
                    }
                }
                Ok(longest)
            })?;
            Ok(longest.as_nanos() as f64)
        })
    };
    let which = if waits > 1 { format!("the longest of {waits} waits") } else { "one wait".to_owned() };
    Ok(Case::new(format!("{which}: {name}"), once))
}

fn waits() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for waits in [1, MANY] {
        cases.push(wait::<Pthread<Plain>>(PLAIN, waits)?);
        cases.push(wait::<Pthread<Robust>>(ROBUST, waits)?);
        cases.push(wait::<Guarded>(MUTEX, waits)?);
        cases.push(wait::<Under<Semaphore>>(SEMAPHORE, waits)?);
    }
    Ok(cases)
}

fn both<C: Counter>(name: &str) -> anyhow::Result<[Case; 2]> {
    let cpus =
        on_two()?.map_or_else(|| on_one().map(|one| vec![one.ours]), |two| Ok(vec![two.ours, two.theirs]))?;
    let case = |count: usize| {
        let contest = Rc::new(RefCell::new(Contest::<C>::start(count, cpus.clone())?));
        let once = move || {
            let (_, turns) = contest.borrow().run(|_| {
                std::thread::sleep(PERIOD);
                Ok(())
            })?;
            let least = turns.iter().min().copied().unwrap_or_default();
            Ok(100.0 * least as f64 / turns.iter().sum::<u64>().max(1) as f64)
        };
        anyhow::Ok(Case::new(format!("{count} processes: {name}"), once))
    };
    Ok([case(2)?, case(4)?])
}

fn turns() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    cases.extend(both::<Pthread<Plain>>(PLAIN)?);
    cases.extend(both::<Pthread<Robust>>(ROBUST)?);
    cases.extend(both::<Guarded>(MUTEX)?);
    cases.extend(both::<Under<Semaphore>>(SEMAPHORE)?);
    Ok(cases)
}
