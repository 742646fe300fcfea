//! From which size of a task on a pool is faster than one process.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::thread;
use std::time::Instant;

use anyhow::ensure;
use multiprocess::{Pool, Target};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pool_pays",
    heads: ("A task, by how long it computes", Some("times one process")),
    unit: Unit::Nanoseconds,
    rounds: 15,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok(format!(
            "A sample is the time of one call with as many tasks as compute for {TOTAL_MS} ms together, but at least \
             {LEAST} and at most {MOST}, divided by their number. The sizes are times of one task by itself. A CPU begins a \
             short task before the last one has ended, so tasks in one process can take less. The two threads are started \
             for each call. rayon has two threads, and the pools have two workers, which are kept. Python's tasks compute in \
             Python, as long as ours do, as near as whole steps of a loop get to that.\n"
        ))
    },
    page: None,
};

/// How long the tasks of a call compute together.
const TOTAL_MS: u64 = 20;

/// The fewest tasks of a call, and the most.
const LEAST: u64 = 4;
const MOST: u64 = 200_000;

/// Python cannot compute for less than that.
const PYTHONS_LEAST: u64 = 100;

/// What a task is given: how many steps to take, and where to begin.
type Work = (u64, u64);

/// Computes. Each size is a target of its own, so that the pool knows how long its tasks take.
fn compute<const NANOSECONDS: u64>((steps, seed): Work) -> u64 {
    (0..steps).fold(seed, |x, _| {
        let next = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        next ^ next >> 29
    })
}

/// How many steps take a millisecond, on a CPU that does nothing else.
fn steps_in_a_millisecond() -> u64 {
    const STEPS: u64 = 200_000;
    let once = || {
        let begun = Instant::now();
        black_box(compute::<0>((black_box(STEPS), 1)));
        begun.elapsed().as_nanos() as u64
    };
    let least = (0..50).map(|_| once()).min().expect("there are fifty");
    STEPS * 1_000_000 / least.max(1)
}

struct Peers {
    steps: u64,
    rayon: rayon::ThreadPool,
    usual: Pool,
    by_one: Pool,
    python: RefCell<Helper>,
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let peers = Rc::new(Peers {
        steps: steps_in_a_millisecond(),
        rayon: rayon::ThreadPoolBuilder::new().num_threads(2).build()?,
        usual: Pool::new(2)?,
        by_one: Pool::builder().workers(2).chunk_size(1).start()?,
        python: RefCell::new(Helper::pools()?),
    });
    let mut cases = Vec::new();
    add(&mut cases, &peers, compute::<10>, 10);
    add(&mut cases, &peers, compute::<100>, 100);
    add(&mut cases, &peers, compute::<1_000>, 1_000);
    add(&mut cases, &peers, compute::<10_000>, 10_000);
    add(&mut cases, &peers, compute::<100_000>, 100_000);
    add(&mut cases, &peers, compute::<1_000_000>, 1_000_000);
    add(&mut cases, &peers, compute::<10_000_000>, 10_000_000);
    Ok(cases)
}

/// The cases of tasks of that size.
fn add<F>(cases: &mut Vec<Case>, peers: &Rc<Peers>, compute: F, nanoseconds: u64)
where
    F: Target<(Work,), Output = u64> + Fn(Work) -> u64,
{
    let count = (TOTAL_MS * 1_000_000 / nanoseconds).clamp(LEAST, MOST);
    let steps = (peers.steps * nanoseconds / 1_000_000).max(1);
    let right: Rc<Vec<u64>> = Rc::new((0..count).map(|seed| compute((steps, seed))).collect());
    let name = |how: &str| format!("{nanoseconds} ns: {how}");
    let alone = name("one process");
    let mut case = |how: &str, call: fn(&Peers, F, u64, u64) -> anyhow::Result<Vec<u64>>| {
        let (peers, right) = (Rc::clone(peers), Rc::clone(&right));
        let once = move || {
            let begun = Instant::now();
            let results = call(&peers, compute, steps, count)?;
            let took = begun.elapsed();
            ensure!(results == *right, "wrong results");
            Ok(took.as_nanos() as f64 / count as f64)
        };
        cases.push(Case::new(name(how), once).over(alone.clone()));
    };
    case("one process", |_, compute, steps, count| {
        Ok((0..count).map(|seed| compute((black_box(steps), seed))).collect())
    });
    case("two threads", |_, compute, steps, count| {
        let part = |from, to| (from..to).map(|seed| compute((steps, seed))).collect::<Vec<_>>();
        let middle = count / 2;
        Ok(thread::scope(|scope| {
            let parts = [(0, middle), (middle, count)].map(|(from, to)| scope.spawn(move || part(from, to)));
            parts.map(|part| part.join().expect("no panic")).concat()
        }))
    });
    case("rayon", |peers, compute, steps, count| {
        let all = || (0..count).into_par_iter().map(|seed| compute((steps, seed))).collect();
        Ok(peers.rayon.install(all))
    });
    case("our pool", |peers, compute, steps, count| map(&peers.usual, compute, steps, count));
    case("our pool, chunks of one", |peers, compute, steps, count| map(&peers.by_one, compute, steps, count));
    if nanoseconds < PYTHONS_LEAST {
        return;
    }
    let python = Rc::clone(peers);
    let task = format!("pays {nanoseconds} {count}");
    let once = move || Ok(python.python.borrow_mut().ask(&task)? / count as f64);
    cases.push(Case::new(name("Python's pool"), once).over(alone));
}

fn map<F>(pool: &Pool, compute: F, steps: u64, count: u64) -> anyhow::Result<Vec<u64>>
where
    F: Target<(Work,), Output = u64>,
{
    let results = pool.map(compute, (0..count).map(|seed| (steps, seed)));
    Ok(results.into_iter().collect::<Result<_, _>>()?)
}
