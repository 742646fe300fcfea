//! The standard library's locks, between threads: alone, contended, and while they are read.

use std::hint::black_box;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Barrier, Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::anyhow;

use crate::batch::each;
use crate::group::Group;
use crate::pinned::{Places, on_one, on_two, pin, pinned};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "thread_locks",
    heads: ("One use of a lock", Some("times a mutex")),
    unit: Unit::Nanoseconds,
    rounds: 40,
    cases,
    goals: Vec::new,
    note: || {
        let mut note = "A sample is as many uses as take about 10 ms. With two threads, each makes as many, on a CPU of its own, \
                        and the time is divided by the number of all uses. A step is one multiplication and one addition, which \
                        need the result of the step before. *In batches* means that a thread adds 100 times while it holds the \
                        lock; the time is for one addition.\n"
            .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU, which both threads used.\n";
        }
        Ok(note)
    },
    page: None,
};

/// How many steps a thread makes while it holds the lock for reading.
const STEPS: [u64; 6] = [1, 10, 100, 1_000, 10_000, 100_000];

/// How many additions make a batch.
const BATCH: u64 = 100;

/// A value that threads use.
trait Shared: Send + Sync + 'static {
    fn new() -> Self;

    /// Uses it so many times.
    fn run(&self, times: u64);
}

struct Atomic(AtomicU64);

impl Shared for Atomic {
    fn new() -> Atomic {
        Atomic(AtomicU64::new(0))
    }

    fn run(&self, times: u64) {
        for _ in 0..times {
            self.0.fetch_add(1, Relaxed);
        }
    }
}

struct Locked(Mutex<u64>);

impl Shared for Locked {
    fn new() -> Locked {
        Locked(Mutex::new(0))
    }

    fn run(&self, times: u64) {
        for _ in 0..times {
            *self.0.lock().expect("no holder has panicked") += 1;
        }
    }
}

struct InBatches(Mutex<u64>);

impl Shared for InBatches {
    fn new() -> InBatches {
        InBatches(Mutex::new(0))
    }

    fn run(&self, times: u64) {
        let mut left = times;
        while left > 0 {
            let batch = left.min(BATCH);
            let mut number = self.0.lock().expect("no holder has panicked");
            for _ in 0..batch {
                // Each addition is made, as in the other cases.
                *number = black_box(*number + 1);
            }
            left -= batch;
        }
    }
}

struct Written(RwLock<u64>);

impl Shared for Written {
    fn new() -> Written {
        Written(RwLock::new(0))
    }

    fn run(&self, times: u64) {
        for _ in 0..times {
            *self.0.write().expect("no writer has panicked") += 1;
        }
    }
}

/// A value that is read by so many steps under a mutex.
struct ReadAlone<const STEPS: u64>(Mutex<u64>);

impl<const STEPS: u64> Shared for ReadAlone<STEPS> {
    fn new() -> Self {
        ReadAlone(Mutex::new(1))
    }

    fn run(&self, times: u64) {
        for _ in 0..times {
            let number = self.0.lock().expect("no holder has panicked");
            black_box(steps(*number, STEPS));
        }
    }
}

/// The same under a lock that readers share.
struct ReadTogether<const STEPS: u64>(RwLock<u64>);

impl<const STEPS: u64> Shared for ReadTogether<STEPS> {
    fn new() -> Self {
        ReadTogether(RwLock::new(1))
    }

    fn run(&self, times: u64) {
        for _ in 0..times {
            let number = self.0.read().expect("no writer has panicked");
            black_box(steps(*number, STEPS));
        }
    }
}

/// Work that cannot be divided: each step needs the one before.
fn steps(number: u64, count: u64) -> u64 {
    (0..count).fold(number, |number, _| black_box(number.wrapping_mul(6_364_136_223_846_793_005)) + 1)
}

#[derive(Clone, Copy)]
enum Who {
    Alone,
    Two,
}

impl Who {
    fn name(self, what: &str) -> String {
        match self {
            Who::Alone => format!("one thread: {what}"),
            Who::Two => format!("two threads: {what}"),
        }
    }
}

const MUTEX: &str = "`Mutex`, add one";

fn cases() -> anyhow::Result<Vec<Case>> {
    let places = match on_two()? {
        Some(places) => places,
        None => on_one()?,
    };
    let mut cases = Vec::new();
    for who in [Who::Alone, Who::Two] {
        let add = |case: Case| case.over(who.name(MUTEX));
        cases.extend([
            add(case::<Atomic>(who, "`fetch_add`, without a lock", places)),
            add(case::<Locked>(who, MUTEX, places)),
            add(case::<InBatches>(who, "`Mutex`, add one, in batches", places)),
            add(case::<Written>(who, "`RwLock`, add one", places)),
        ]);
    }
    for who in [Who::Alone, Who::Two] {
        cases.extend(reads::<{ STEPS[0] }>(who, places));
        cases.extend(reads::<{ STEPS[1] }>(who, places));
        cases.extend(reads::<{ STEPS[2] }>(who, places));
        cases.extend(reads::<{ STEPS[3] }>(who, places));
        cases.extend(reads::<{ STEPS[4] }>(who, places));
        cases.extend(reads::<{ STEPS[5] }>(who, places));
    }
    Ok(cases)
}

/// A read of so many steps, under either lock.
fn reads<const STEPS: u64>(who: Who, places: Places) -> [Case; 2] {
    let mutex = format!("read in {STEPS} steps, `Mutex`");
    let shared = format!("read in {STEPS} steps, `RwLock`");
    let base = who.name(&mutex);
    [
        case::<ReadAlone<STEPS>>(who, &mutex, places).over(&base),
        case::<ReadTogether<STEPS>>(who, &shared, places).over(&base),
    ]
}

fn case<S: Shared>(who: Who, what: &str, places: Places) -> Case {
    let shared = Arc::new(S::new());
    Case::new(who.name(what), each(move |count| take(&shared, who, count, places)))
}

/// How long so many uses take in all.
fn take<S: Shared>(shared: &Arc<S>, who: Who, count: u64, places: Places) -> anyhow::Result<Duration> {
    pinned(Some(places.ours), || match who {
        Who::Alone => {
            let started = Instant::now();
            shared.run(count);
            Ok(started.elapsed())
        }
        Who::Two => {
            let begin = Arc::new(Barrier::new(2));
            let (theirs, both) = (Arc::clone(shared), Arc::clone(&begin));
            let other = thread::spawn(move || {
                let pinned = pin(places.theirs);
                both.wait();
                theirs.run(count / 2);
                pinned
            });
            begin.wait();
            let started = Instant::now();
            shared.run(count - count / 2);
            other.join().map_err(|_| anyhow!("the other thread panicked"))??;
            Ok(started.elapsed())
        }
    })
}
