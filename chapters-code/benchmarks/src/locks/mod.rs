//! Locks and counters that processes share.

mod counters;
mod fairness;
mod lines;
mod pthread;

pub(crate) use fairness::{TURNS, WAITS};
pub(crate) use lines::GROUP as CACHE_LINES;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure};
use multiprocess::pipe::Connection;
use multiprocess::sync::{RLock, Semaphore};
use multiprocess::{Child, Process, StartMethod, duplex};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::batch::each;
use crate::goal::Bound::{AtLeast, AtMost};
use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::pinned::{Places, on_one, on_two, pin, pinned};
use crate::samples::Case;
use crate::unit::Unit;
use counters::{Atomic, Guarded, Under};
use pthread::{Plain, Pthread, Robust};

pub(crate) const GROUP: Group = Group {
    name: "locks",
    heads: ("Lock, add one, unlock", Some("times a plain C mutex")),
    unit: Unit::Nanoseconds,
    rounds: 100,
    cases,
    goals,
    note: || {
        let mut note = "A sample is as many additions as take about 10 ms. With two processes, each adds as many, on a CPU of \
                        its own, and the time is divided by the number of all additions. The C mutexes are \
                        `pthread_mutex_t` in shared memory (`PTHREAD_PROCESS_SHARED`).\n"
            .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU, which both processes used.\n";
        }
        Ok(note)
    },
    page: None,
};

const PLAIN: &str = "`pthread_mutex_t`";
const ROBUST: &str = "`pthread_mutex_t`, robust";
const MUTEX: &str = "`multiprocess::sync::Mutex`";
const RLOCK: &str = "`multiprocess::sync::RLock` and a `RawValue`";
const SEMAPHORE: &str = "`multiprocess::sync::Semaphore` and a `RawValue`";
const ATOMIC: &str = "`RawValue::fetch_add`, without a lock";
const PYTHON_LOCK: &str = "Python's `Lock` and a `RawValue`";
const PYTHON_VALUE: &str = "Python's `Value` with its lock";

#[derive(Clone, Copy, PartialEq)]
enum Who {
    Alone,
    Two,
}

impl Who {
    fn name(self, what: &str) -> String {
        match self {
            Who::Alone => format!("one process: {what}"),
            Who::Two => format!("two processes: {what}"),
        }
    }

    /// What Python's helper calls it.
    fn task(self) -> &'static str {
        match self {
            Who::Alone => "add_alone",
            Who::Two => "add_together",
        }
    }
}

/// A number in shared memory, and the way to add to it.
trait Counter: Serialize + DeserializeOwned + 'static {
    /// One that is 0, and another handle of the same.
    fn pair() -> anyhow::Result<(Self, Self)>;

    /// Adds 1 so many times, and returns what the number was at some time after that.
    fn add(&self, times: u64) -> anyhow::Result<u64>;
}

/// A counter with another process, which adds to it on request.
struct Peer<C> {
    counter: C,
    total: u64,
    places: Places,
    control: Option<Connection<u64, Result<(), String>>>,
    child: Child<()>,
}

impl<C: Counter> Peer<C> {
    fn start(places: Places) -> anyhow::Result<Peer<C>> {
        let (counter, theirs) = C::pair()?;
        let (control, childs) = duplex()?;
        let process = Process::new(add_on_request::<C>, (theirs, places.theirs, childs));
        let child = process.start_method(StartMethod::spawn()).daemon(true).start()?;
        Ok(Peer { counter, total: 0, places, control: Some(control), child })
    }

    /// How long so many additions take in all.
    fn add(&mut self, who: Who, count: u64) -> anyhow::Result<Duration> {
        let Peer { counter, control: Some(control), .. } = self else { unreachable!("it is not dropped") };
        let took = pinned(Some(self.places.ours), || {
            let started = Instant::now();
            match who {
                Who::Alone => drop(counter.add(count)?),
                Who::Two => {
                    control.send(count / 2)?;
                    counter.add(count - count / 2)?;
                    control.recv()?.map_err(|reason| anyhow!(reason).context("in the other process"))?;
                }
            }
            Ok(started.elapsed())
        })?;
        self.total += count;
        let is = self.counter.add(0)?;
        ensure!(is == self.total, "{is} after {} additions", self.total);
        Ok(took)
    }
}

impl<C> Drop for Peer<C> {
    fn drop(&mut self) {
        drop(self.control.take());
        let _ = self.child.join();
    }
}

fn add_on_request<C: Counter>(counter: C, cpu: usize, parent: Connection<Result<(), String>, u64>) {
    pin(cpu).expect("the CPU is one of those that are allowed");
    while let Ok(times) = parent.recv() {
        let added = counter.add(times).map(drop).map_err(|error| format!("{error:#}"));
        if parent.send(added).is_err() {
            return;
        }
    }
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let places = match on_two()? {
        Some(places) => places,
        None => on_one()?,
    };
    let [mut alone, mut two] = [Vec::new(), Vec::new()];
    let mut add = |[first, second]: [Case; 2]| {
        alone.push(first);
        two.push(second);
    };
    add(both::<Atomic>(ATOMIC, places)?);
    add(both::<Pthread<Plain>>(PLAIN, places)?);
    add(both::<Pthread<Robust>>(ROBUST, places)?);
    add(both::<Guarded>(MUTEX, places)?);
    add(both::<Under<RLock>>(RLOCK, places)?);
    add(both::<Under<Semaphore>>(SEMAPHORE, places)?);
    for (name, how) in [(PYTHON_LOCK, "Lock"), (PYTHON_VALUE, "Value")] {
        let python = Rc::new(RefCell::new(Helper::sharing(Some(places))?));
        add([Who::Alone, Who::Two].map(|who| {
            let python = Rc::clone(&python);
            let task = format!("{} {how}", who.task());
            case(who, name, move |count| python.borrow_mut().duration(&format!("{task} {count}")))
        }));
    }
    alone.extend(two);
    Ok(alone)
}

fn both<C: Counter>(name: &str, places: Places) -> anyhow::Result<[Case; 2]> {
    let peer = Rc::new(RefCell::new(Peer::<C>::start(places)?));
    Ok([Who::Alone, Who::Two].map(|who| {
        let peer = Rc::clone(&peer);
        case(who, name, move |count| peer.borrow_mut().add(who, count))
    }))
}

fn case(who: Who, name: &str, run: impl FnMut(u64) -> anyhow::Result<Duration> + 'static) -> Case {
    Case::new(who.name(name), each(run)).over(who.name(PLAIN))
}

fn goals() -> Vec<Goal> {
    let goal = |who: Who, of, over, bound| Goal::ratio(who.name(of), who.name(over), bound);
    vec![
        goal(Who::Alone, MUTEX, PLAIN, AtMost(1.3)),
        goal(Who::Two, MUTEX, PLAIN, AtMost(1.3)),
        goal(Who::Alone, PYTHON_LOCK, MUTEX, AtLeast(10.0)),
        goal(Who::Two, PYTHON_LOCK, MUTEX, AtLeast(7.0)),
    ]
}
