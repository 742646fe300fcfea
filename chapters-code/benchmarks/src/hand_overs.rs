//! What it costs a thread to wait for another one a short time, by the way it waits.

use std::hint;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, Thread, sleep};
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{Places, on_one, on_two, pin, pinned};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "hand_overs",
    heads: ("Wait for another thread's work", None),
    unit: Unit::Microseconds,
    rounds: 40,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        let mut note = "The waiting thread asks the other one, which sleeps until then, for some work, and waits. The work is to \
                        compute for so much CPU time. The extra time is from asking until the waiting thread goes on, less the \
                        time of the work. The CPU time is what the waiting thread used between the two. Both threads are kept \
                        on one CPU, or each on one of its own. A sample is the mean of the hand-overs of 1 ms of work, and of \
                        at least one.\n"
            .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU for them, so the rows for two are missing.\n";
        }
        Ok(note)
    },
    page: None,
};

const MILLISECOND: Duration = Duration::from_millis(1);

/// How much the other thread computes for a hand-over, in microseconds.
const WORK: [u32; 3] = [100, 1000, 10_000];

/// What the waiting thread waits for.
struct Ready {
    flag: AtomicBool,
    locked: Mutex<bool>,
    changed: Condvar,
}

/// Waits until it is set.
type Way = fn(&Ready);

// ANCHOR: ways
const WAYS: [(&str, Way); 6] = [
    ("spin_loop", |ready| ready.until_set(hint::spin_loop)),
    ("yield_now", |ready| ready.until_set(thread::yield_now)),
    ("sleep(0)", |ready| ready.until_set(|| sleep(Duration::ZERO))),
    ("sleep(1 ms)", |ready| ready.until_set(|| sleep(MILLISECOND))),
    ("park", |ready| ready.until_set(thread::park)),
    ("Condvar", Ready::until_notified),
];

impl Ready {
    fn until_set(&self, turn: fn()) {
        while !self.flag.load(Acquire) {
            turn();
        }
    }

    fn until_notified(&self) {
        let mut is_set = self.locked.lock().unwrap();
        while !*is_set {
            is_set = self.changed.wait(is_set).unwrap();
        }
    }
}
// ANCHOR_END: ways

impl Ready {
    fn new() -> Ready {
        Ready { flag: AtomicBool::new(false), locked: Mutex::new(false), changed: Condvar::new() }
    }

    fn clear(&self) {
        self.flag.store(false, Relaxed);
        *self.locked.lock().expect("no holder panics") = false;
    }

    fn hand_over(&self, waiting: &Thread) {
        self.flag.store(true, Release);
        *self.locked.lock().expect("no holder panics") = true;
        self.changed.notify_one();
        waiting.unpark();
    }
}

fn cpu_time() -> anyhow::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}

/// The thread that works when it is asked to, and what it shares with the one that waits.
struct Other {
    places: Places,
    ready: Arc<Ready>,
    ask: Sender<Duration>,
}

/// Means of some hand-overs, in microseconds.
struct Took {
    extra: f64,
    cpu: f64,
}

impl Other {
    fn start(places: Places) -> Other {
        let ready = Arc::new(Ready::new());
        let (theirs, waiting) = (Arc::clone(&ready), thread::current());
        let (ask, asked) = channel();
        thread::spawn(move || -> anyhow::Result<()> {
            pin(places.theirs)?;
            for work in asked {
                let end = cpu_time()? + work;
                while cpu_time()? < end {}
                theirs.hand_over(&waiting);
            }
            Ok(())
        });
        Other { places, ready, ask }
    }

    fn wait_for(&self, micros: u32, way: Way) -> anyhow::Result<Took> {
        let work = Duration::from_micros(micros.into());
        let times = (1000 / micros).max(1);
        pinned(Some(self.places.ours), || {
            let (mut took, mut cpu) = (Duration::ZERO, Duration::ZERO);
            for _ in 0..times {
                self.ready.clear();
                let started = Instant::now();
                self.ask.send(work)?;
                let before = cpu_time()?;
                way(&self.ready);
                cpu += cpu_time()? - before;
                took += started.elapsed();
            }
            let mean = |time: Duration| 1e6 * time.as_secs_f64() / f64::from(times);
            Ok(Took { extra: mean(took) - f64::from(micros), cpu: mean(cpu) })
        })
    }
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let (mut extra, mut cpu) = (Vec::new(), Vec::new());
    for (cpus, places) in [("one CPU", Some(on_one()?)), ("two CPUs", on_two()?)] {
        let Some(places) = places else { continue };
        let other = Rc::new(Other::start(places));
        for micros in WORK {
            for (name, way) in WAYS {
                let case = format!("{micros} µs, {cpus}, {name}");
                let same = Rc::clone(&other);
                let once = move || Ok(same.wait_for(micros, way)?.extra);
                extra.push(Case::new(format!("{case}: extra time"), once));
                let same = Rc::clone(&other);
                let once = move || Ok(same.wait_for(micros, way)?.cpu);
                cpu.push(Case::new(format!("{case}: CPU time"), once));
            }
        }
    }
    extra.extend(cpu);
    Ok(extra)
}
