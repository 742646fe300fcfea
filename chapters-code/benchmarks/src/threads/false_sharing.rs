//! Two threads, each with a counter of its own, in one cache line or in two.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::batch::each;
use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{Places, on_one, on_two, pin, pinned};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "false_sharing",
    heads: ("Load a counter, add one, store it", Some("times one thread")),
    unit: Unit::Nanoseconds,
    rounds: 100,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        let mut note = "Each thread has a counter of its own and a CPU of its own, and the time is that of one addition of one \
                        thread. Adjacent counters are 8 bytes apart, padded ones 128. A sample is as many additions as take \
                        about 10 ms.\n"
            .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU, which both threads used.\n";
        }
        Ok(note)
    },
    page: None,
};

const ALONE: &str = "one thread";
const ADJACENT: &str = "two threads, adjacent counters";
const PADDED: &str = "two threads, padded counters";

#[derive(Default)]
#[repr(align(128))]
struct Adjacent([AtomicU64; 2]);

#[derive(Default)]
#[repr(align(128))]
struct Padded(AtomicU64);

fn cases() -> anyhow::Result<Vec<Case>> {
    let places = match on_two()? {
        Some(places) => places,
        None => on_one()?,
    };
    let alone = move |count| {
        let counter = Padded::default();
        let took = pinned(Some(places.ours), || Ok(time(&counter.0, count)))?;
        ensure!(counter.0.into_inner() == count, "additions were lost");
        Ok(took)
    };
    let adjacent = move |count| {
        let Adjacent([first, second]) = &Adjacent::default();
        both(places, [first, second], count)
    };
    let padded = move |count| {
        let [first, second] = <[Padded; 2]>::default();
        both(places, [&first.0, &second.0], count)
    };
    Ok(vec![
        Case::new(ALONE, each(alone)).over(ALONE),
        Case::new(ADJACENT, each(adjacent)).over(ALONE),
        Case::new(PADDED, each(padded)).over(ALONE),
    ])
}

/// How long the slower of the two threads took.
fn both(places: Places, counters: [&AtomicU64; 2], count: u64) -> anyhow::Result<Duration> {
    let ready = Barrier::new(2);
    let run = |cpu, counter| {
        let pinned = pin(cpu);
        // A thread that cannot be pinned comes here as well, or the other one would wait forever.
        ready.wait();
        pinned.map(|()| time(counter, count))
    };
    let [first, second] = counters;
    let (ours, theirs) = thread::scope(|scope| {
        let ours = scope.spawn(|| run(places.ours, first));
        let theirs = scope.spawn(|| run(places.theirs, second));
        (ours.join().expect("no panic"), theirs.join().expect("no panic"))
    });
    for counter in counters {
        ensure!(counter.load(Relaxed) == count, "additions were lost");
    }
    Ok(ours?.max(theirs?))
}

fn time(counter: &AtomicU64, count: u64) -> Duration {
    let started = Instant::now();
    for _ in 0..count {
        counter.store(counter.load(Relaxed) + 1, Relaxed);
    }
    started.elapsed()
}
