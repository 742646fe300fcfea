//! Atomics and lock-free structures beside locks, used by one thread and by two.

use std::array;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure};

use crate::batch::each;
use crate::group::Group;
use crate::pinned::{Places, on_one, on_two, pin, pinned};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const ATOMICS: Group = Group {
    name: "atomics",
    heads: ("Add one", Some("times `fetch_add`")),
    unit: Unit::Nanoseconds,
    rounds: 60,
    cases: adding,
    goals: Vec::new,
    note: || {
        note(
            "A sample is as many additions as take about 10 ms. Two threads share them, and the time is divided by the number of \
             all additions. *A counter for each thread* is an atomic number for each thread, on a cache line of its own.",
        )
    },
    page: None,
};

pub(crate) const STACKS: Group = Group {
    name: "stacks",
    heads: ("Take and give back, or hand over", Some("times the lock or `sync_channel`")),
    unit: Unit::Nanoseconds,
    rounds: 60,
    cases: structures,
    goals: Vec::new,
    note: || {
        note(
            "A sample is as many operations as take about 10 ms, and the time is for one of them. *Take and give back* is both for \
             one of 64 slots; two threads share the operations. *Hand over* is one number that one thread sends and the other \
             one receives, through a ring or a channel with room for 1,024. The ring's threads yield the CPU while it is full or empty.",
        )
    },
    page: None,
};

fn note(text: &str) -> anyhow::Result<String> {
    let one = "This machine has one CPU, which both threads used.\n";
    Ok(format!("{text} Each thread is on a CPU of its own.\n{}", if on_two()?.is_none() { one } else { "" }))
}

fn places() -> anyhow::Result<Places> {
    on_two()?.map_or_else(on_one, Ok)
}

/// What both threads use, how many of them there are, and what the first and the second one do so many times.
struct Use<S> {
    shared: Arc<S>,
    threads: u64,
    first: fn(&S, u64),
    second: fn(&S, u64),
}

impl<S: Send + Sync + 'static> Use<S> {
    /// How long it takes until the threads have done what is theirs.
    fn take(&self, ours: u64, theirs: u64, places: Places) -> anyhow::Result<Duration> {
        pinned(Some(places.ours), || {
            if self.threads == 1 {
                let started = Instant::now();
                (self.first)(&self.shared, ours);
                return Ok(started.elapsed());
            }
            let begin = Arc::new(Barrier::new(2));
            let (shared, both, second) = (Arc::clone(&self.shared), Arc::clone(&begin), self.second);
            let other = thread::spawn(move || {
                let pinned = pin(places.theirs);
                both.wait();
                second(&shared, theirs);
                pinned
            });
            begin.wait();
            let started = Instant::now();
            (self.first)(&self.shared, ours);
            other.join().map_err(|_| anyhow!("the other thread panicked"))??;
            Ok(started.elapsed())
        })
    }
}

/// Two threads, or one, that divide the operations.
fn divided<S: Send + Sync + 'static>(
    name: String,
    shared: S,
    threads: u64,
    first: fn(&S, u64),
    second: fn(&S, u64),
) -> anyhow::Result<Case> {
    let (used, places) = (Use { shared: Arc::new(shared), threads, first, second }, places()?);
    let run = move |count| used.take(count - (threads - 1) * (count / 2), count / 2, places);
    Ok(Case::new(name, each(run)))
}

#[repr(align(128))]
struct Alone(AtomicU64);

fn add(number: &AtomicU64, times: u64) {
    for _ in 0..times {
        number.fetch_add(1, Relaxed);
    }
}

fn exchange(number: &AtomicU64, times: u64) {
    for _ in 0..times {
        let mut old = number.load(Relaxed);
        while let Err(now) = number.compare_exchange_weak(old, old + 1, Relaxed, Relaxed) {
            old = now;
        }
    }
}

fn lock(number: &Mutex<u64>, times: u64) {
    for _ in 0..times {
        *number.lock().expect("no holder has panicked") += 1;
    }
}

fn adding() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for threads in 1..=2 {
        let name = |what: &str| format!("threads: {threads}, {what}");
        let number = || AtomicU64::new(0);
        let base = name("`fetch_add`");
        let own = [Alone(number()), Alone(number())];
        let (first, second) =
            (|own: &[Alone; 2], n| add(&own[0].0, n), |own: &[Alone; 2], n| add(&own[1].0, n));
        cases.extend([
            divided(base.clone(), number(), threads, add, add)?,
            divided(name("compare-and-swap"), number(), threads, exchange, exchange)?.over(&base),
            divided(name("`Mutex`"), Mutex::new(0), threads, lock, lock)?.over(&base),
            divided(name("a counter for each thread"), own, threads, first, second)?.over(&base),
        ]);
    }
    Ok(cases)
}

const SLOTS: u64 = 64;

/// The stack of the chapter: the top slot in the lowest eight bits, and above them a count of the changes.
struct Stack {
    top: Alone,
    below: [AtomicU64; SLOTS as usize],
}

impl Stack {
    fn new() -> Stack {
        Stack { top: Alone(AtomicU64::new(0)), below: array::from_fn(|slot| AtomicU64::new(slot as u64 + 1)) }
    }

    fn put(&self, old: u64, slot: u64) -> bool {
        let new = (old - old % 256).wrapping_add(256) + slot;
        self.top.0.compare_exchange_weak(old, new, AcqRel, Relaxed).is_ok()
    }

    fn take(&self) -> u64 {
        loop {
            let top = self.top.0.load(Acquire);
            let slot = top % 256;
            if self.put(top, self.below[slot as usize].load(Relaxed)) {
                return slot;
            }
        }
    }

    fn give_back(&self, slot: u64) {
        loop {
            let top = self.top.0.load(Acquire);
            self.below[slot as usize].store(top % 256, Relaxed);
            if self.put(top, slot) {
                return;
            }
        }
    }
}

fn of_stack(stack: &Stack, times: u64) {
    for _ in 0..times {
        stack.give_back(stack.take());
    }
}

fn of_vec(stack: &Mutex<Vec<u64>>, times: u64) {
    let lock = || stack.lock().expect("no holder has panicked");
    for _ in 0..times {
        let slot = lock().pop().expect("there are more slots than threads");
        lock().push(slot);
    }
}

const ROOM: u64 = 1024;

/// The ring of the chapter, with more room.
struct Ring {
    slots: [AtomicU64; ROOM as usize],
    sent: Alone,
    received: Alone,
}

impl Ring {
    fn new() -> Ring {
        let zero = || AtomicU64::new(0);
        Ring { slots: array::from_fn(|_| zero()), sent: Alone(zero()), received: Alone(zero()) }
    }

    fn send(&self, times: u64) {
        for value in 0..times {
            let sent = self.sent.0.load(Relaxed);
            while sent - self.received.0.load(Acquire) == ROOM {
                thread::yield_now();
            }
            self.slots[(sent % ROOM) as usize].store(value, Relaxed);
            self.sent.0.store(sent + 1, Release);
        }
    }

    fn receive(&self, times: u64) {
        for expected in 0..times {
            let received = self.received.0.load(Relaxed);
            while received == self.sent.0.load(Acquire) {
                thread::yield_now();
            }
            let value = self.slots[(received % ROOM) as usize].load(Relaxed);
            self.received.0.store(received + 1, Release);
            assert_eq!(value, expected);
        }
    }
}

/// Both ends of a channel. The locks are free: each end is used by one thread.
struct Channel<S, R>(Mutex<S>, Mutex<R>);

fn std_send(channel: &Channel<mpsc::SyncSender<u64>, mpsc::Receiver<u64>>, times: u64) {
    let sender = channel.0.lock().expect("no holder has panicked");
    (0..times).for_each(|value| sender.send(value).expect("the receiver is there"));
}

fn std_receive(channel: &Channel<mpsc::SyncSender<u64>, mpsc::Receiver<u64>>, times: u64) {
    let receiver = channel.1.lock().expect("no holder has panicked");
    (0..times).for_each(|expected| assert_eq!(receiver.recv(), Ok(expected)));
}

type Crossbeam = Channel<crossbeam_channel::Sender<u64>, crossbeam_channel::Receiver<u64>>;

fn crossbeam_send(channel: &Crossbeam, times: u64) {
    let sender = channel.0.lock().expect("no holder has panicked");
    (0..times).for_each(|value| sender.send(value).expect("the receiver is there"));
}

fn crossbeam_receive(channel: &Crossbeam, times: u64) {
    let receiver = channel.1.lock().expect("no holder has panicked");
    (0..times).for_each(|expected| assert_eq!(receiver.recv(), Ok(expected)));
}

/// One thread sends what the other one receives.
fn handed_over<S: Send + Sync + 'static>(
    shared: S,
    send: fn(&S, u64),
    receive: fn(&S, u64),
) -> anyhow::Result<impl FnMut() -> anyhow::Result<f64> + 'static> {
    let places = places()?;
    let used = Use { shared: Arc::new(shared), threads: 2, first: receive, second: send };
    Ok(each(move |count| {
        ensure!(count > 0, "there is nothing to hand over");
        used.take(count, count, places)
    }))
}

fn structures() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for threads in 1..=2 {
        let base = format!("threads: {threads}, take and give back: `Mutex<Vec>`");
        let vec = Mutex::new((0..SLOTS).collect());
        let stack = format!("threads: {threads}, take and give back: lock-free stack");
        cases.push(divided(stack, Stack::new(), threads, of_stack, of_stack)?.over(&base));
        cases.push(divided(base, vec, threads, of_vec, of_vec)?);
    }
    let base = "hand over: `sync_channel`";
    let (sender, receiver) = mpsc::sync_channel(ROOM as usize);
    let std = Channel(Mutex::new(sender), Mutex::new(receiver));
    let (sender, receiver) = crossbeam_channel::bounded(ROOM as usize);
    let crossbeam = Channel(Mutex::new(sender), Mutex::new(receiver));
    cases.extend([
        Case::new("hand over: ring".to_owned(), handed_over(Ring::new(), Ring::send, Ring::receive)?)
            .over(base),
        Case::new(base.to_owned(), handed_over(std, std_send, std_receive)?),
        Case::new(
            "hand over: crossbeam's channel".to_owned(),
            handed_over(crossbeam, crossbeam_send, crossbeam_receive)?,
        )
        .over(base),
    ]);
    Ok(cases)
}
