//! What a thread, a switch between two of them, and a turn of a waiting loop cost.

use std::hint;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::thread;
use std::time::{Duration, Instant};

use crate::batch::each;
use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{Places, on_one, on_two, pin, pinned};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "thread_costs",
    heads: ("What threads cost", None),
    unit: Unit::Nanoseconds,
    rounds: 80,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        let mut note = "A sample is as many operations as take about 10 ms. A thread starts, returns at once, and is joined. A \
                        hand-over is an `unpark` by one thread until the other one, which was parked, has returned from `park`: \
                        half of a round trip. A turn of spinning is a load of an atomic and `hint::spin_loop`.\n"
            .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU for them, so the row for two is missing.\n";
        }
        Ok(note)
    },
    page: None,
};

fn cases() -> anyhow::Result<Vec<Case>> {
    let one = on_one()?;
    let mut cases = vec![
        Case::new("a thread: start and join", each(start_and_join)),
        Case::new("a hand-over, on one CPU", each(move |count| hand_over(one, count))),
    ];
    if let Some(two) = on_two()? {
        cases.push(Case::new("a hand-over, on two CPUs", each(move |count| hand_over(two, count))));
    }
    for (beside, neighbor) in NEIGHBORS {
        let once = each(move |count| turns(one, neighbor, count, thread::yield_now));
        cases.push(Case::new(format!("`yield_now`, {beside}"), once));
    }
    let spin = each(move |count| turns(one, None, count, hint::spin_loop));
    cases.push(Case::new("`spin_loop`, a turn", spin));
    let sleep = each(move |count| turns(one, None, count, || thread::sleep(Duration::ZERO)));
    cases.push(Case::new("`sleep(0)`, a turn", sleep));
    Ok(cases)
}

fn start_and_join(count: u64) -> anyhow::Result<Duration> {
    let started = Instant::now();
    for _ in 0..count {
        thread::spawn(|| ()).join().expect("it does nothing");
    }
    Ok(started.elapsed())
}

/// So many hand-overs, from one thread to another and back in turn.
fn hand_over(places: Places, count: u64) -> anyhow::Result<Duration> {
    // Even numbers are this thread's turn, odd ones the other's.
    let turn = AtomicU64::new(0);
    let trips = count.div_ceil(2);
    let this = thread::current();
    pinned(Some(places.ours), || {
        thread::scope(|scope| {
            let other = scope.spawn(|| -> anyhow::Result<()> {
                pin(places.theirs)?;
                // One more than is timed, so that the start of the thread is not.
                for trip in 0..=trips {
                    while turn.load(Acquire) != 2 * trip + 1 {
                        thread::park();
                    }
                    turn.store(2 * trip + 2, Release);
                    this.unpark();
                }
                Ok(())
            });
            let mut started = Instant::now();
            for trip in 0..=trips {
                turn.store(2 * trip + 1, Release);
                other.thread().unpark();
                while turn.load(Acquire) != 2 * trip + 2 {
                    thread::park();
                }
                if trip == 0 {
                    started = Instant::now();
                }
            }
            let took = started.elapsed();
            other.join().expect("it does not panic")?;
            // As if there had been as many as were asked for.
            Ok(took.mul_f64(count as f64 / (2 * trips) as f64))
        })
    })
}

/// What another thread on the same CPU does, if there is one.
type Neighbor = Option<fn()>;

const NEIGHBORS: [(&str, Neighbor); 3] = [
    ("alone on the CPU", None),
    ("beside a thread that yields, too", Some(thread::yield_now)),
    ("beside a thread that computes", Some(hint::spin_loop)),
];

/// So many turns of a waiting loop, on one CPU.
fn turns(places: Places, neighbor: Neighbor, count: u64, turn: fn()) -> anyhow::Result<Duration> {
    let ends = AtomicBool::new(false);
    let runs = AtomicBool::new(false);
    pinned(Some(places.ours), || {
        thread::scope(|scope| {
            // It inherits the CPU.
            let neighbor = neighbor.map(|turn| {
                let (ends, runs) = (&ends, &runs);
                scope.spawn(move || {
                    runs.store(true, Release);
                    while !ends.load(Relaxed) {
                        turn();
                    }
                })
            });
            while neighbor.is_some() && !runs.load(Acquire) {
                thread::yield_now();
            }
            let started = Instant::now();
            for _ in 0..count {
                ends.load(Relaxed);
                turn();
            }
            let took = started.elapsed();
            ends.store(true, Relaxed);
            Ok(took)
        })
    })
}
