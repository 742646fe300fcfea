//! What a condition variable costs: waking one waiting thread or all, and what is built from one.

use std::hint::black_box;
use std::sync::mpsc::sync_channel;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use multiprocess::sync::{Barrier as OurBarrier, Semaphore as OurSemaphore};

use crate::batch::each;
use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{on_one, on_two, pin};
use crate::samples::Case;
use crate::unit::Unit;

#[rustfmt::skip]
#[allow(dead_code, unreachable_pub)] // the listings are programs of their own
#[path = "../../synchronization/examples/barrier_from_condition.rs"]
mod barrier;
#[rustfmt::skip]
#[allow(dead_code, unreachable_pub)]
#[path = "../../synchronization/examples/queue_from_condition.rs"]
mod queue;
#[rustfmt::skip]
#[allow(dead_code, unreachable_pub)]
#[path = "../../synchronization/examples/semaphore_from_condition.rs"]
mod semaphore;

pub(crate) const NOTIFY: Group = Group {
    name: "notify",
    heads: ("Until all that wait are done", Some("times `notify_one`")),
    unit: Unit::Microseconds,
    rounds: 100,
    cases: || Ok(all_cases(|done| done.took.as_secs_f64() * 1e6)),
    goals: Vec::<Goal>::new,
    note: notify_note,
    page: None,
};

pub(crate) const NOTIFY_WAKES: Group = Group {
    name: "notify_wakes",
    heads: ("How often they woke up in all", Some("times `notify_one`")),
    unit: Unit::Count,
    rounds: 100,
    cases: || Ok(all_cases(|done| done.wakes as f64)),
    goals: Vec::<Goal>::new,
    note: notify_note,
    page: None,
};

fn notify_note() -> anyhow::Result<String> {
    Ok("So many threads wait for a token. There is one token. A thread that gets it releases the lock, sleeps for 50 µs, as for a device, \
        gives the token back, and notifies. Starting the threads is not part of the time.\n"
        .to_owned())
}

pub(crate) const FROM_ONE_CONDITION: Group = Group {
    name: "from_one_condition",
    heads: ("What two threads do", None),
    unit: Unit::Nanoseconds,
    rounds: 50,
    cases: home_made_and_finished,
    goals: Vec::<Goal>::new,
    note: || {
        let mut note =
            "A sample is as many operations as take about 10 ms. For the semaphore, one thread acquires and releases, and never \
             waits. At the barrier, two threads meet, each on a CPU of its own. Through the queue, which holds 16 values, one thread \
             sends numbers and another one receives them.\n"
                .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU, which both threads used.\n";
        }
        Ok(note)
    },
    page: None,
};

const COUNTS: [usize; 3] = [2, 8, 64];

fn all_cases(value: fn(Done) -> f64) -> Vec<Case> {
    let mut cases = Vec::new();
    for count in COUNTS {
        let base = format!("{count} waiting, `notify_one`");
        let once = move || Ok(value(hand_on(count, Condvar::notify_one)));
        cases.push(Case::new(base.clone(), once).over(base.clone()));
        let once = move || Ok(value(hand_on(count, Condvar::notify_all)));
        cases.push(Case::new(format!("{count} waiting, `notify_all`"), once).over(base));
    }
    cases
}

struct Done {
    took: Duration,
    wakes: usize,
}

#[derive(Default)]
struct State {
    waiting: usize,
    tokens: usize,
    done: usize,
    wakes: usize,
}

/// How long a thread has the token, without the lock. It sleeps meanwhile, as for a device, so others can run.
const WORK: Duration = Duration::from_micros(50);

/// Has so many threads hand on a token until each has had it.
fn hand_on(count: usize, notify: fn(&Condvar)) -> Done {
    const WHOLE: &str = "no holder has panicked";
    let (shared, changed, seen_by_main) = (Mutex::new(State::default()), Condvar::new(), Condvar::new());
    thread::scope(|scope| {
        for _ in 0..count {
            scope.spawn(|| {
                let mut state = shared.lock().expect(WHOLE);
                state.waiting += 1;
                seen_by_main.notify_one();
                while state.tokens == 0 {
                    state = changed.wait(state).expect(WHOLE);
                    state.wakes += 1;
                }
                state.tokens -= 1;
                drop(state);
                thread::sleep(WORK);
                let mut state = shared.lock().expect(WHOLE);
                state.tokens += 1;
                state.done += 1;
                if state.done == count {
                    seen_by_main.notify_one();
                }
                drop(state);
                notify(&changed);
            });
        }
        let guard = shared.lock().expect(WHOLE);
        let mut guard = seen_by_main.wait_while(guard, |state| state.waiting < count).expect(WHOLE);
        let started = Instant::now();
        guard.tokens = 1;
        drop(guard);
        notify(&changed);
        let guard = shared.lock().expect(WHOLE);
        let guard = seen_by_main.wait_while(guard, |state| state.done < count).expect(WHOLE);
        Done { took: started.elapsed(), wakes: guard.wakes }
    })
}

fn home_made_and_finished() -> anyhow::Result<Vec<Case>> {
    let (own, ours) = (semaphore::Semaphore::new(2), OurSemaphore::new(2)?);
    let mut cases = vec![
        timed("semaphore, this page", move |count| {
            for _ in 0..count {
                own.acquire();
                own.release();
            }
            Ok(())
        }),
        timed("semaphore, library", move |count| {
            for _ in 0..count {
                drop(black_box(ours.acquire().map_err(|error| anyhow::anyhow!("{error}"))?));
            }
            Ok(())
        }),
    ];

    let own = barrier::Barrier::new(2);
    cases.push(timed("barrier, this page", move |count| {
        let meet = || (0..count).for_each(|_| own.wait());
        both(meet, meet)
    }));
    let std = std::sync::Barrier::new(2);
    cases.push(timed("barrier, std", move |count| {
        let meet = || {
            (0..count).for_each(|_| {
                std.wait();
            });
        };
        both(meet, meet)
    }));
    let ours = OurBarrier::new(2)?;
    cases.push(timed("barrier, library", move |count| {
        let meet = || {
            (0..count).for_each(|_| {
                ours.wait().expect("no process is killed");
            });
        };
        both(meet, meet)
    }));

    let own = queue::Queue::new(16);
    cases.push(timed("queue, this page", move |count| {
        both(|| (0..count).for_each(|n| own.push(n)), || (0..count).for_each(|n| assert_eq!(own.pop(), n)))
    }));
    cases.push(timed("queue, std", move |count| {
        let (sender, receiver) = sync_channel(16);
        both(
            || (0..count).for_each(|n| sender.send(n).expect("it is received")),
            move || (0..count).for_each(|n| assert_eq!(receiver.recv(), Ok(n))),
        )
    }));
    let (sender, receiver) = multiprocess::queue(16)?;
    cases.push(timed("queue, library", move |count| {
        both(
            || (0..count).for_each(|n| sender.send(n).expect("it is received")),
            || (0..count).for_each(|n| assert_eq!(receiver.recv().expect("it is sent"), n)),
        )
    }));
    Ok(cases)
}

fn timed(name: &str, run: impl Fn(u64) -> anyhow::Result<()> + 'static) -> Case {
    let batch = move |count| {
        let started = Instant::now();
        run(count)?;
        Ok(started.elapsed())
    };
    Case::new(name, each(batch))
}

/// Runs both, each in a thread of its own, on a CPU of its own if there are two.
fn both(one: impl FnOnce() + Send, other: impl FnOnce() + Send) -> anyhow::Result<()> {
    let places = match on_two()? {
        Some(two) => two,
        None => on_one()?,
    };
    thread::scope(|scope| {
        let one = scope.spawn(move || pin(places.ours).map(|()| one()));
        let other = scope.spawn(move || pin(places.theirs).map(|()| other()));
        one.join().expect("it does not panic")?;
        other.join().expect("it does not panic")
    })
}
