//! How many of a thousand runs lose an update.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{Places, on_one, on_two, pin};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "races",
    heads: ("Runs that lost an update, out of 1,000", None),
    unit: Unit::Count,
    rounds: 10,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        let mut note = "In each run, two new threads go to their CPU and add 1 to one number, each as often as the row says, with \
                        a load and a store of their own (`Relaxed`, and never as one instruction). They do not wait for each \
                        other before they begin.\n"
            .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU for them, so the rows for two are missing.\n";
        }
        Ok(note)
    },
    page: None,
};

const RUNS: u32 = 1000;
const ADDITIONS: [u64; 5] = [10, 100, 1000, 10_000, 100_000];

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (cpus, places) in [("one CPU", Some(on_one()?)), ("two CPUs", on_two()?)] {
        let Some(places) = places else { continue };
        for additions in ADDITIONS {
            let once = move || {
                let mut lost = 0;
                for _ in 0..RUNS {
                    lost += u32::from(total(places, additions)? < 2 * additions);
                }
                Ok(f64::from(lost))
            };
            cases.push(Case::new(format!("{additions} additions, {cpus}"), once));
        }
    }
    Ok(cases)
}

/// What two threads that add so often each have come to.
fn total(places: Places, additions: u64) -> anyhow::Result<u64> {
    let total = AtomicU64::new(0);
    let add = |cpu| -> anyhow::Result<()> {
        pin(cpu)?;
        for _ in 0..additions {
            let read = black_box(total.load(Relaxed));
            total.store(read + 1, Relaxed);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let (first, second) = (scope.spawn(|| add(places.ours)), scope.spawn(|| add(places.theirs)));
        [first, second].into_iter().try_for_each(|thread| thread.join().expect("it does not panic"))
    })?;
    Ok(total.into_inner())
}
