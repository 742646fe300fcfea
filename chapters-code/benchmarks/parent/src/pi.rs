//! Pi, computed by several processes or threads, and how long that took.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use anyhow::ensure;
use multiprocess::{Child, Process, StartMethod, wait};
use pi::{grid, threads, wide};
use rayon::ThreadPool;

/// Parts that each of rayon's threads can be handed, so that one that is early helps the others.
const PARTS_A_THREAD: u64 = 8;

/// The pools of rayon's threads, by size. Once there is one, this process can fork no more.
#[derive(Default)]
pub(crate) struct Pools(HashMap<u64, ThreadPool>);

/// Sums so many terms in one of the ways of [`crate`]'s table.
pub(crate) fn series(pools: &mut Pools, how: &str, workers: u64, terms: u64) -> anyhow::Result<Duration> {
    let pool = match how {
        "rayon" => Some(pools.of(workers)?),
        _ => None,
    };
    let started = Instant::now();
    let sum = match (how, pool) {
        ("alone", _) => wide::sum(0..terms),
        ("threads", _) => threads::scoped(0..terms, workers),
        (_, Some(pool)) => pool.install(|| threads::by_rayon(0..terms, workers * PARTS_A_THREAD)),
        (method, None) => by_processes(crate::named(method)?, 0..terms, workers)?,
    };
    let took = started.elapsed();
    let missed = std::f64::consts::PI - 4.0 * sum;
    ensure!((missed * terms as f64).abs() < 1.1, "{sum} is not a quarter of pi");
    Ok(took)
}

impl Pools {
    fn of(&mut self, threads: u64) -> anyhow::Result<&ThreadPool> {
        Ok(match self.0.entry(threads) {
            Entry::Occupied(pool) => pool.into_mut(),
            Entry::Vacant(place) => {
                let builder = rayon::ThreadPoolBuilder::new().num_threads(usize::try_from(threads)?);
                place.insert(builder.build()?)
            }
        })
    }
}

fn by_processes(method: StartMethod, terms: Range<u64>, workers: u64) -> anyhow::Result<f64> {
    let start = |part| Process::new(wide::sum, (part,)).start_method(method).start();
    let mut children =
        threads::split(terms, workers).into_iter().map(start).collect::<Result<Vec<_>, _>>()?;
    let mut sum = 0.0;
    for child in &mut children {
        sum += child.join()?;
    }
    Ok(sum)
}

/// Counts the points of a quarter circle: in this process, in two, or part by part with two at a time.
pub(crate) fn points(how: &str, radius: u64) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let count =
        |first: u64, step: u64, end: u64| Process::new(grid::count, (first, step, end, radius)).start();
    let half = radius / 2;
    let points = match how {
        "alone" => grid::count(0, 1, radius, radius),
        "halves" => both(count(0, 1, half)?, count(half, 1, radius)?)?,
        "dealt" => both(count(0, 2, radius)?, count(1, 2, radius)?)?,
        parts => two_at_a_time(parts.parse()?, |from, to| Ok(count(from, 1, to)?), radius)?,
    };
    let took = started.elapsed();
    let pi = 4.0 * points as f64 / (radius * radius) as f64;
    ensure!((pi - std::f64::consts::PI).abs() < 4.0 / radius as f64, "{pi} is not pi");
    Ok(took)
}

fn both(mut one: Child<u64>, mut other: Child<u64>) -> anyhow::Result<u64> {
    Ok(one.join()? + other.join()?)
}

fn two_at_a_time(
    parts: u64,
    start: impl Fn(u64, u64) -> anyhow::Result<Child<u64>>,
    end: u64,
) -> anyhow::Result<u64> {
    let mut rest = threads::split(0..end, parts).into_iter();
    let mut running = Vec::new();
    let mut points = 0;
    loop {
        while running.len() < 2
            && let Some(part) = rest.next()
        {
            running.push(start(part.start, part.end)?);
        }
        if running.is_empty() {
            return Ok(points);
        }
        let sentinels: Vec<_> = running.iter().map(AsFd::as_fd).collect();
        let ended = wait(&sentinels, None)?[0];
        points += running.remove(ended).join()?;
    }
}
