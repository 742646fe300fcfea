//! A place where processes wait for each other.

mod round;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use self::round::{Passed, Rounds};
use super::carry;
use crate::error::{BarrierError, CreateError};

/// A place where a number of threads, of any processes, wait for each other.
///
/// [`wait`](Barrier::wait) returns when as many threads as there are parties have called it. Then the next round begins. The methods
/// are those of [`std::sync::Barrier`] and of Python's `multiprocessing.Barrier`, whose counterpart it is.
///
/// A handle can be cloned, sent to other processes as an argument or in a message, and used by threads and processes at once.
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::sync::Barrier;
///
/// fn work(start: Barrier) -> bool {
///     // Prepare here. All parties begin the work together.
///     start.wait().expect("no process is killed").is_leader()
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let start = Barrier::new(3)?;
///     let begin = || Process::new(work, (start.clone(),)).start();
///     let (mut one, mut other) = (begin()?, begin()?);
///     let leaders = [start.wait()?.is_leader(), one.join()?, other.join()?];
///     assert_eq!(leaders.into_iter().filter(|&leader| leader).count(), 1);
///     Ok(())
/// }
/// ```
///
/// # A broken barrier
///
/// A barrier breaks when one of those who wait runs into its time limit, when it is [aborted](Barrier::abort), and when a process is
/// killed while it waits. Then every wait fails with [`BarrierError::Broken`], until [`reset`](Barrier::reset).
///
/// That a process was killed while it waited is seen when the next party arrives, and by those who wait within a second. If the
/// process was killed before it called `wait`, the others wait for it. Nothing can tell them that it will not come, so they wait
/// with a time limit, or the process that joins the children aborts the barrier.
///
/// # Guarantees
///
/// What a party did before its wait happens before what the others do after theirs. In each round either all parties get through or
/// none does. A party that is killed when the round is over was there: the others are not told.
///
/// # Costs
///
/// A handle takes one descriptor in each process. A party takes 128 bytes. Each arrival looks at all parties, so a barrier is meant
/// for tens or hundreds of them, not for a million.
#[derive(Clone)]
pub struct Barrier {
    rounds: Arc<Rounds>,
}

impl Barrier {
    /// A barrier for that many parties. With 0 or 1, no wait waits.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it, or if there are more than half a million parties.
    pub fn new(parties: u32) -> Result<Barrier, CreateError> {
        Ok(Barrier { rounds: Arc::new(Rounds::new(parties)?) })
    }

    /// Waits until all parties have arrived.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Broken`] if the barrier is broken, or breaks during the wait.
    pub fn wait(&self) -> Result<BarrierWaitResult, BarrierError> {
        self.rounds.wait(None).map(BarrierWaitResult)
    }

    /// Waits until all parties have arrived, at most that long. If the time is over, the barrier breaks.
    ///
    /// The wait ends within a millisecond of the time limit on an idle machine. Signals and changes of the wall clock do not matter.
    ///
    /// # Errors
    ///
    /// [`BarrierError::TimedOut`] for the party whose time was over, and [`BarrierError::Broken`] for the others.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<BarrierWaitResult, BarrierError> {
        self.rounds.wait(Instant::now().checked_add(timeout)).map(BarrierWaitResult)
    }

    /// Breaks the barrier. Those who wait, and all who come, get [`BarrierError::Broken`]. It never waits.
    pub fn abort(&self) {
        self.rounds.break_off();
    }

    /// Begins a new round with a barrier that is whole. Those who wait get [`BarrierError::Broken`].
    ///
    /// # Errors
    ///
    /// [`BarrierError::System`] if the shared memory was damaged.
    pub fn reset(&self) -> Result<(), BarrierError> {
        self.rounds.reset()
    }

    /// Whether the barrier is broken.
    pub fn is_broken(&self) -> bool {
        self.rounds.is_broken()
    }

    /// How many threads have to arrive.
    pub fn parties(&self) -> u32 {
        self.rounds.parties()
    }

    /// How many threads wait now. Others may arrive at any time.
    #[doc(alias = "n_waiting")]
    pub fn waiting(&self) -> u32 {
        self.rounds.waiting() as u32
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Barrier");
        shown.field("parties", &self.parties()).field("waiting", &self.waiting());
        shown.field("broken", &self.is_broken()).finish()
    }
}

impl Serialize for Barrier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        carry::write(self.rounds.file(), serializer)
    }
}

impl<'de> Deserialize<'de> for Barrier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Barrier, D::Error> {
        carry::read(deserializer, |file| Ok(Barrier { rounds: Arc::new(Rounds::of(file)?) }))
    }
}

/// A party got through a [`Barrier`] together with the others.
///
/// ```
/// use multiprocess::sync::Barrier;
///
/// let alone = Barrier::new(1)?;
/// assert!(alone.wait()?.is_leader());
/// # Ok::<(), multiprocess::Error>(())
/// ```
#[derive(Debug)]
pub struct BarrierWaitResult(Passed);

impl BarrierWaitResult {
    /// Whether it was the last one that arrived. There is one in each round, which may do what is to be done once.
    pub fn is_leader(&self) -> bool {
        self.0 == Passed::Last
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use proptest::prelude::*;

    use super::*;
    use crate::wire::carried::{reading, writing};
    use crate::wire::{decode, encode};

    const LONG: Duration = Duration::from_secs(30);

    fn carried(barrier: &Barrier) -> Barrier {
        let (bytes, descriptors) = writing(|| encode(barrier).expect("it can be written"));
        reading(descriptors, || decode(&bytes)).expect("it can be read")
    }

    #[test]
    fn a_time_limit_breaks_it_for_all_and_a_reset_makes_it_whole() {
        let barrier = Barrier::new(3).expect("there is memory");
        thread::scope(|scope| {
            let other = scope.spawn(|| barrier.wait_timeout(LONG));
            while barrier.waiting() == 0 {
                thread::yield_now();
            }
            let begun = Instant::now();
            let late = barrier.wait_timeout(Duration::from_millis(20));
            assert!(matches!(late, Err(BarrierError::TimedOut)));
            assert!(begun.elapsed() >= Duration::from_millis(20));
            assert!(matches!(other.join().expect("it does not panic"), Err(BarrierError::Broken)));
        });
        assert!(matches!(barrier.wait(), Err(BarrierError::Broken)));
        barrier.reset().expect("nothing is damaged");
        assert!(!barrier.is_broken() && barrier.waiting() == 0);
    }

    #[test]
    fn a_reset_tells_those_who_wait() {
        let barrier = Barrier::new(2).expect("there is memory");
        thread::scope(|scope| {
            let other = scope.spawn(|| barrier.wait_timeout(LONG));
            while barrier.waiting() == 0 {
                thread::yield_now();
            }
            barrier.reset().expect("nothing is damaged");
            assert!(matches!(other.join().expect("it does not panic"), Err(BarrierError::Broken)));
        });
        assert!(!barrier.is_broken());
    }

    /// Those who wait look by themselves, but only after 10 ms.
    #[test]
    fn the_last_one_wakes_the_others() {
        const ROUNDS: u32 = 50;
        let barrier = Barrier::new(2).expect("there is memory");
        let meet = || {
            let times = (0..20).map(|_| {
                let begun = Instant::now();
                for _ in 0..ROUNDS {
                    barrier.wait_timeout(LONG).expect("both arrive");
                }
                begun.elapsed()
            });
            times.min().expect("there are 20")
        };
        let fastest = thread::scope(|scope| {
            scope.spawn(meet);
            meet()
        });
        // A busy machine makes many of them late, but not all.
        assert!(fastest < ROUNDS * Duration::from_millis(8), "{fastest:?}");
    }

    #[derive(Clone, Copy, Debug)]
    enum Ending {
        All,
        Aborted,
        TimedOut,
        Reset,
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// The model: in each round all get through, after all have arrived, and one is the leader; and in the round that one
        /// ends by not arriving, nobody gets through.
        #[test]
        fn it_lets_all_through_or_nobody(
            parties in 1_u32..6,
            rounds in 1_u32..20,
            ending in prop::sample::select(vec![Ending::All, Ending::Aborted, Ending::TimedOut, Ending::Reset]),
        ) {
            let barrier = Barrier::new(parties).expect("there is memory");
            let arrived = AtomicU32::new(0);
            let leaders = AtomicU32::new(0);
            thread::scope(|scope| {
                for party in 0..parties {
                    let barrier = carried(&barrier);
                    let (arrived, leaders) = (&arrived, &leaders);
                    scope.spawn(move || {
                        for round in 0..rounds {
                            arrived.fetch_add(1, Ordering::Relaxed);
                            let passed = barrier.wait_timeout(LONG).expect("all arrive");
                            leaders.fetch_add(u32::from(passed.is_leader()), Ordering::Relaxed);
                            let there = arrived.load(Ordering::Relaxed);
                            assert!(there >= (round + 1) * parties, "{there} in round {round}");
                        }
                        if parties == 1 {
                            return;
                        }
                        // The first party does not come to the next round.
                        match (ending, party) {
                            (Ending::All, _) => {}
                            (_, 0) => {
                                while barrier.waiting() < parties - 1 && !barrier.is_broken() {
                                    thread::yield_now();
                                }
                                match ending {
                                    Ending::Aborted => barrier.abort(),
                                    Ending::Reset => barrier.reset().expect("it is whole"),
                                    Ending::All | Ending::TimedOut => {}
                                }
                            }
                            (Ending::TimedOut, 1) => {
                                while barrier.waiting() < parties - 2 {
                                    thread::yield_now();
                                }
                                let late = barrier.wait_timeout(Duration::from_millis(1));
                                assert!(matches!(late, Err(BarrierError::TimedOut)), "{late:?}");
                            }
                            _ => assert!(matches!(barrier.wait_timeout(LONG), Err(BarrierError::Broken))),
                        }
                    });
                }
            });
            assert_eq!(leaders.into_inner(), rounds);
        }
    }
}
