//! Kills processes at random moments while they use a lock, and sees that the others go on. The argument says which lock.
//!
//! In each round there are a victim and this process. Another process, the steady one, goes on through all rounds. A wait of theirs
//! that does not end within ten seconds ends the program.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use multiprocess::shared::{RawArray, RawValue, SharedMemory};
use multiprocess::sync::{Barrier, Condition, Event, Mutex, MutexGuard, RLock, Semaphore};
use multiprocess::{BarrierError, Child, LockError, Process, Result, SharedMemoryError};
use multiprocess_programs::random::Random;
use multiprocess_programs::{repeats, variation};

const BOUND: Duration = Duration::from_secs(10);

/// Two numbers that are equal unless a process was killed between the two steps.
type Pair = [u64; 2];

/// The guard, and whether a holder was killed before. Then the pair is put in order.
fn lock_pair(pair: &Mutex<Pair>) -> (MutexGuard<'_, Pair>, bool) {
    match pair.lock_timeout(BOUND) {
        Ok(guard) => {
            assert_eq!(guard[0], guard[1], "changed by halves, and not poisoned");
            (guard, false)
        }
        Err(LockError::Poisoned(mut guard)) => {
            assert!(guard[0] == guard[1] || guard[0] == guard[1] + 1, "{guard:?}");
            guard[1] = guard[0];
            pair.clear_poison();
            (guard, true)
        }
        Err(error) => panic!("{error:?}"),
    }
}

fn count(pair: &Mutex<Pair>) -> bool {
    let (mut guard, poisoned) = lock_pair(pair);
    guard[0] += 1;
    pass_time(50);
    guard[1] += 1;
    poisoned
}

/// Some steps in which a process can be killed.
fn pass_time(steps: u32) {
    for _ in 0..steps {
        std::hint::black_box(steps);
        std::hint::spin_loop();
    }
}

/// What the steady process and this one do with the lock until it is time to stop, and how often they found a victim's traces.
trait Sharer: Sized {
    fn victim(self);
    fn steady(self, stop: Event) -> u64;
    /// What this process does after a kill. True if the victim has left traces.
    fn after_kill(&self) -> bool;
    /// Ends a wait of the steady process.
    fn let_steady_go(&self) {}
    fn at_the_end(&self);
}

/// Starts, kills and joins victims, and sees that the others go on.
fn run<S: Sharer>(
    sharer: &S,
    victim: impl Fn() -> Result<Child<()>>,
    mut steady: Child<u64>,
    stop: &Event,
) -> Result<()> {
    let mut random = Random::from_environment();
    let repeats = repeats(200);
    let (mut traces, mut slowest) = (0, Duration::ZERO);
    let started = Instant::now();
    let mut first = victim()?;
    first.kill()?;
    // Until it has ended, it may take part though it was killed.
    assert!(first.join().is_err());
    let whole = 2 * started.elapsed() + Duration::from_millis(5);
    for _ in 0..repeats {
        let mut child = victim()?;
        // Time is what the kill waits for.
        std::thread::sleep(random.moment(whole));
        child.kill()?;
        let killed = Instant::now();
        traces += u32::from(sharer.after_kill());
        slowest = slowest.max(killed.elapsed());
        assert!(child.join().is_err(), "it does not end by itself");
    }
    stop.set();
    sharer.let_steady_go();
    let rounds = steady.join()?;
    sharer.at_the_end();
    eprintln!("{repeats} killed, {traces} left traces, {rounds} rounds, slowest {slowest:?}");
    println!("{}", rounds > 0 && slowest < BOUND);
    Ok(())
}

impl Sharer for Mutex<Pair> {
    fn victim(self) {
        loop {
            count(&self);
        }
    }

    fn steady(self, stop: Event) -> u64 {
        let mut rounds = 0;
        while !stop.is_set() {
            count(&self);
            rounds += 1;
        }
        rounds
    }

    fn after_kill(&self) -> bool {
        count(self)
    }

    fn at_the_end(&self) {
        count(self);
        assert!(!self.is_poisoned());
    }
}

/// A pair that is not in the lock.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Again {
    lock: RLock,
    pair: RawArray<u64>,
}

impl Again {
    fn count(&self) -> bool {
        let (_outer, poisoned) = match self.lock.lock_timeout(BOUND) {
            Ok(guard) => (guard, false),
            Err(LockError::Poisoned(guard)) => {
                self.pair.store(1, self.pair.load(0, Relaxed), Relaxed);
                self.lock.clear_poison();
                (guard, true)
            }
            Err(error) => panic!("{error:?}"),
        };
        let _inner = self.lock.lock_timeout(BOUND).expect("it is held");
        assert_eq!(self.pair.fetch_add(0, 1, Relaxed), self.pair.load(1, Relaxed));
        pass_time(50);
        self.pair.fetch_add(1, 1, Relaxed);
        poisoned
    }
}

impl Sharer for Again {
    fn victim(self) {
        loop {
            self.count();
        }
    }

    fn steady(self, stop: Event) -> u64 {
        let mut rounds = 0;
        while !stop.is_set() {
            self.count();
            rounds += 1;
        }
        rounds
    }

    fn after_kill(&self) -> bool {
        self.count()
    }

    fn at_the_end(&self) {
        self.count();
    }
}

impl Sharer for Semaphore {
    fn victim(self) {
        loop {
            let first = self.acquire_timeout(BOUND).expect("one becomes free");
            let _second = self.acquire_timeout(Duration::from_micros(100));
            pass_time(50);
            drop(first);
        }
    }

    fn steady(self, stop: Event) -> u64 {
        let mut rounds = 0;
        while !stop.is_set() {
            let _permit = self.acquire_timeout(BOUND).expect("one becomes free");
            pass_time(50);
            rounds += 1;
        }
        rounds
    }

    fn after_kill(&self) -> bool {
        let before = self.available();
        // Both at once: then the victim has none.
        let begun = Instant::now();
        loop {
            let _first = self.acquire_timeout(BOUND).expect("one becomes free");
            if self.acquire_timeout(Duration::from_millis(1)).is_ok() {
                return before == 0;
            }
            assert!(begun.elapsed() < BOUND, "a permit is lost");
        }
    }

    fn at_the_end(&self) {
        assert_eq!((self.available(), self.permits()), (2, 2));
        let both = [self.try_acquire(), self.try_acquire()];
        assert!(both.iter().all(Result::is_ok));
    }
}

/// Two play with a number: this one makes it odd, the steady one even.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Game {
    number: Mutex<u64>,
    changed: Condition,
    /// How often one found the mutex poisoned.
    poisonings: RawValue<u64>,
}

impl Game {
    fn lock(&self) -> MutexGuard<'_, u64> {
        match self.number.lock_timeout(BOUND) {
            Ok(guard) => guard,
            Err(LockError::Poisoned(guard)) => self.repaired(guard),
            Err(error) => panic!("{error:?}"),
        }
    }

    fn repaired<'a>(&self, guard: MutexGuard<'a, u64>) -> MutexGuard<'a, u64> {
        self.number.clear_poison();
        self.poisonings.fetch_add(1, Relaxed);
        guard
    }

    /// Waits for one's turn, and plays. `false` if that has taken too long.
    fn play(&self, own: u64, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let mut guard = self.lock();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.changed.wait_timeout_while(guard, left, |number| *number % 2 == own) {
                Ok((mut guard, waited)) => {
                    if !waited.timed_out() {
                        *guard += 1;
                        drop(guard);
                        self.changed.notify_all();
                    }
                    return !waited.timed_out();
                }
                Err(LockError::Poisoned((held, _))) => guard = self.repaired(held),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

impl Sharer for Game {
    fn victim(self) {
        loop {
            let guard = self.lock();
            pass_time(2000);
            let waited = self.changed.wait_timeout(guard, Duration::from_micros(200));
            match waited {
                Err(LockError::Poisoned((guard, _))) => drop(self.repaired(guard)),
                waited => drop(waited),
            }
            self.changed.notify_all();
        }
    }

    fn steady(self, stop: Event) -> u64 {
        let mut rounds = 0;
        while !stop.is_set() {
            rounds += u64::from(self.play(0, Duration::from_millis(5)));
        }
        rounds
    }

    fn after_kill(&self) -> bool {
        for _ in 0..20 {
            assert!(self.play(1, BOUND), "a notification was lost");
        }
        self.poisonings.swap(0, Relaxed) > 0
    }

    fn at_the_end(&self) {
        drop(self.lock());
    }
}

/// This process, the steady one and the victim are the parties.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Meeting {
    barrier: Barrier,
    /// How often the steady one and this one got through.
    passed: RawArray<u64>,
}

impl Meeting {
    fn meet(&self, limit: Duration, counted: usize) -> bool {
        match self.barrier.wait_timeout(limit) {
            Ok(_) => {
                self.passed.fetch_add(counted, 1, Relaxed);
                true
            }
            Err(BarrierError::Broken | BarrierError::TimedOut) => false,
            Err(error) => panic!("{error:?}"),
        }
    }
}

impl Sharer for Meeting {
    fn victim(self) {
        loop {
            let _ = self.barrier.wait_timeout(BOUND);
        }
    }

    fn steady(self, stop: Event) -> u64 {
        let mut rounds = 0;
        while !stop.is_set() {
            rounds += u64::from(self.meet(BOUND, 0));
            while self.barrier.is_broken() && !stop.wait_timeout(Duration::from_micros(100)) {}
        }
        rounds
    }

    /// The victim was killed at the barrier, where the next to come sees it, or elsewhere, where the time limit ends the wait.
    fn after_kill(&self) -> bool {
        let begun = Instant::now();
        while self.meet(Duration::from_millis(20), 1) {}
        let broken = begun.elapsed() < Duration::from_millis(20);
        // The steady one is told and comes again.
        self.barrier.reset().expect("it is whole");
        broken
    }

    fn let_steady_go(&self) {
        self.barrier.abort();
    }

    fn at_the_end(&self) {
        // In each round all get through or nobody.
        assert_eq!(self.passed.load(0, Relaxed), self.passed.load(1, Relaxed));
    }
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Flag(Event, String);

impl Sharer for Flag {
    fn victim(self) {
        loop {
            self.0.set();
            self.0.clear();
            assert!(!self.0.wait_timeout(Duration::from_micros(10)) || self.0.is_set() || !self.0.is_set());
        }
    }

    fn steady(self, stop: Event) -> u64 {
        let mut rounds = 0;
        while !stop.is_set() {
            rounds += u64::from(self.0.wait_timeout(Duration::from_millis(5)));
        }
        rounds
    }

    fn after_kill(&self) -> bool {
        let was_set = self.0.is_set();
        self.0.clear();
        assert!(!self.0.is_set());
        self.0.set();
        assert!(self.0.wait_timeout(BOUND));
        was_set
    }

    fn at_the_end(&self) {}
}

/// Memory with a name that the victim makes again and again.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Named(String);

impl Named {
    /// Opens the memory. `false` if it is not there.
    fn open(&self) -> bool {
        match SharedMemory::open(&self.0) {
            Ok(memory) => {
                let mut text = [0; 4];
                memory.read(0, &mut text);
                assert!(&text == b"text" || text == [0; 4] || text[0] == b't', "{text:?}");
                true
            }
            Err(SharedMemoryError::NotFound { .. }) => false,
            Err(error) => panic!("{error:?}"),
        }
    }
}

impl Sharer for Named {
    fn victim(self) {
        loop {
            match SharedMemory::create(&self.0, 4096) {
                Ok(memory) => {
                    memory.write(0, b"text");
                    std::thread::sleep(Duration::from_millis(20));
                }
                // The one before is ending.
                Err(SharedMemoryError::NameTaken { .. }) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    fn steady(self, stop: Event) -> u64 {
        let mut rounds = 0;
        while !stop.is_set() {
            // It is there, or it is not.
            self.open();
            rounds += 1;
        }
        rounds
    }

    fn after_kill(&self) -> bool {
        let begun = Instant::now();
        let mut traces = false;
        while SharedMemory::create(&self.0, 64).is_err() {
            traces = true;
            assert!(begun.elapsed() < BOUND, "the name is taken by a dead process");
        }
        traces
    }

    fn at_the_end(&self) {
        assert!(!self.open());
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let stop = Event::new()?;
    macro_rules! share {
        ($type:ty, $sharer:expr) => {{
            let sharer: $type = $sharer;
            let steady = Process::new(
                |sharer: $type, stop: Event| sharer.steady(stop),
                (sharer.clone(), stop.clone()),
            );
            let victim = || Ok(Process::new(|sharer: $type| sharer.victim(), (sharer.clone(),)).start()?);
            run(&sharer, victim, steady.start()?, &stop)
        }};
    }
    let name = format!("kills_sharers {}", std::process::id());
    match variation().as_str() {
        "mutex" => share!(Mutex<Pair>, Mutex::new([0; 2])?),
        "rlock" => share!(Again, Again { lock: RLock::new()?, pair: RawArray::zeroed(2)? }),
        "semaphore" => share!(Semaphore, Semaphore::new(2)?),
        "condition" => share!(
            Game,
            Game { number: Mutex::new(0)?, changed: Condition::new()?, poisonings: RawValue::new(0)? }
        ),
        "barrier" => share!(Meeting, Meeting { barrier: Barrier::new(3)?, passed: RawArray::zeroed(2)? }),
        "event" => share!(Flag, Flag(Event::new()?, name)),
        "memory" => share!(Named, Named(name)),
        other => panic!("no lock {other:?}"),
    }
}
