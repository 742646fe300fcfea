//! How often two threads that each write one number and read the other one both read what was there before.

use std::fs::File;
use std::hint::spin_loop;
use std::sync::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
    fence,
};
use std::thread;

use nix::unistd::{dup, dup2_stdout};

use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{Places, on_one, on_two, pin, pinned};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "store_buffering",
    heads: ("Rounds in which both threads read 0, per million", None),
    unit: Unit::Count,
    rounds: 30,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        let mut note = "A sample is 100,000 rounds, times ten. Before each round, the threads wait for each other without \
                        sleeping. The two numbers are in cache lines of their own. `println!` prints to `/dev/null`.\n"
            .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU for them, so the rows for two are missing.\n";
        }
        Ok(note)
    },
    page: None,
};

const ROUNDS: u32 = 100_000;

/// A number that shares no cache line with another one.
#[derive(Default)]
#[repr(align(128))]
struct Apart(AtomicU32);

/// What a thread does in a round: it writes one number, and returns what it has read of the other one.
type Way = fn(&AtomicU32, &AtomicU32) -> u32;

// ANCHOR: ways
const WAYS: [(&str, Way); 5] = [
    ("`Relaxed`", |mine, other| {
        mine.store(1, Relaxed);
        other.load(Relaxed)
    }),
    ("`Release` and `Acquire`", |mine, other| {
        mine.store(1, Release);
        other.load(Acquire)
    }),
    ("`SeqCst`", |mine, other| {
        mine.store(1, SeqCst);
        other.load(SeqCst)
    }),
    ("`Relaxed`, with `fence(SeqCst)` between", |mine, other| {
        mine.store(1, Relaxed);
        fence(SeqCst);
        other.load(Relaxed)
    }),
    ("`Relaxed`, with `println!` between", |mine, other| {
        mine.store(1, Relaxed);
        println!("I have written 1");
        other.load(Relaxed)
    }),
];
// ANCHOR_END: ways

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    if let Some(two) = on_two()? {
        for (name, way) in WAYS {
            cases.push(Case::new(name, move || silently(|| both_read_zero(two, way))));
        }
    }
    let (one, (name, way)) = (on_one()?, WAYS[0]);
    cases.push(Case::new(format!("{name}, on one CPU"), move || both_read_zero(one, way)));
    Ok(cases)
}

/// Per million rounds.
fn both_read_zero(places: Places, way: Way) -> anyhow::Result<f64> {
    let [x, y, second_read, arrived] = [const { Apart(AtomicU32::new(0)) }; 4];
    let turn = if places.ours == places.theirs { thread::yield_now } else { spin_loop };
    let meet = || {
        let all = (arrived.0.fetch_add(1, AcqRel) + 1).next_multiple_of(2);
        while arrived.0.load(Acquire) < all {
            turn();
        }
    };
    let both = pinned(Some(places.ours), || {
        thread::scope(|scope| {
            let second = scope.spawn(|| {
                let pinned = pin(places.theirs);
                for _ in 0..ROUNDS {
                    meet();
                    second_read.0.store(way(&y.0, &x.0), Relaxed);
                    meet();
                    meet();
                }
                pinned
            });
            let mut both = 0;
            for _ in 0..ROUNDS {
                meet();
                let first_read = way(&x.0, &y.0);
                meet();
                both += u32::from(first_read == 0 && second_read.0.load(Relaxed) == 0);
                x.0.store(0, Relaxed);
                y.0.store(0, Relaxed);
                meet();
            }
            second.join().expect("it does not panic")?;
            Ok(both)
        })
    })?;
    Ok(f64::from(both) * 1e6 / f64::from(ROUNDS))
}

/// With `/dev/null` for standard output.
fn silently<T>(run: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let before = dup(std::io::stdout())?;
    dup2_stdout(File::options().write(true).open("/dev/null")?)?;
    let done = run();
    dup2_stdout(before)?;
    done
}
