//! Pools of two workers: small tasks, and the whole life of a pool.
//!
//! - [`pays`]: from which size of a task on a pool is faster than one process.
//! - [`words`]: counting the words of a text.
//! - [`mod@array`]: doubling the numbers of an array that all workers share.
//! - [`executors`]: the same tasks in other pools of processes.

mod array;
mod executors;
mod pays;
mod words;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use anyhow::ensure;
use multiprocess::{Pool, StartMethod};

use crate::goal::Bound::{AtLeast, AtMost};
use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::limit;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) use array::GROUP as ARRAY;
pub(crate) use executors::GROUP as EXECUTORS;
pub(crate) use pays::GROUP as PAYS;
pub(crate) use words::GROUP as WORDS;

pub(crate) const MAP: Group = Group {
    name: "pool_map",
    heads: ("A task of a `map`", Some("times ours")),
    unit: Unit::Nanoseconds,
    rounds: 20,
    cases: map_cases,
    goals: map_goals,
    note: || {
        Ok(format!(
            "The tasks square a number, in a pool of two workers that is kept. A sample is the time of one `map` of {ONE_BY_ONE} \
             numbers with chunks of one, or of {BY_DEFAULT} numbers with chunks of the usual size, divided by their number.\n"
        ))
    },
    page: None,
};

pub(crate) const LIFE: Group = Group {
    name: "pool_life",
    heads: ("The whole life of a pool of two", Some("times a bare spawn")),
    unit: Unit::Microseconds,
    rounds: 60,
    cases: life_cases,
    goals: life_goals,
    note: || {
        Ok("The pool is made, one task is called in it, and it is dropped. Python's workers are forked.\n"
            .to_owned())
    },
    page: None,
};

const ONE_BY_ONE: u64 = 20_000;
const BY_DEFAULT: u64 = 500_000;

const BARE_SPAWN: &str = "bare `clone` + `execve` of one process, no pool";
const PYTHON_POOL: &str = "Python's `Pool`";

fn square(n: u64) -> u64 {
    n * n
}

fn ours(chunks: &str) -> String {
    format!("{chunks}: ours")
}

fn pythons(chunks: &str) -> String {
    format!("{chunks}: {PYTHON_POOL}")
}

const SIZES: [(&str, u64, Option<usize>); 2] =
    [("chunks of one", ONE_BY_ONE, Some(1)), ("usual chunks", BY_DEFAULT, None)];

fn map_cases() -> anyhow::Result<Vec<Case>> {
    let python = Rc::new(RefCell::new(Helper::pools()?));
    let mut cases = Vec::new();
    for (chunks, count, chunk) in SIZES {
        let builder = Pool::builder().workers(2);
        let pool = match chunk {
            Some(chunk) => builder.chunk_size(chunk),
            None => builder,
        };
        let pool = pool.start()?;
        cases.push(Case::new(ours(chunks), move || {
            let begun = Instant::now();
            let results = pool.map(square, 0..count);
            let took = begun.elapsed();
            let is_right = |(n, result): (u64, &Result<u64, _>)| result.as_ref().is_ok_and(|&r| r == n * n);
            ensure!((0..).zip(&results).all(is_right) && results.len() as u64 == count, "wrong results");
            Ok(took.as_nanos() as f64 / count as f64)
        }));
        let python = Rc::clone(&python);
        let task = format!("map {count} {}", chunk.unwrap_or(0));
        let once = move || Ok(python.borrow_mut().ask(&task)? / count as f64);
        cases.push(Case::new(pythons(chunks), once).over(ours(chunks)));
    }
    Ok(cases)
}

fn map_goals() -> Vec<Goal> {
    let goal = |chunks, bound| Goal::ratio(pythons(chunks), ours(chunks), AtLeast(bound));
    vec![goal(SIZES[0].0, 50.0), goal(SIZES[1].0, 5.0)]
}

fn life_cases() -> anyhow::Result<Vec<Case>> {
    let mut python = Helper::pools()?;
    let mut cases = vec![Case::new(BARE_SPAWN, || Ok(limit::exec()?.as_secs_f64() * 1e6))];
    for method in [StartMethod::spawn(), StartMethod::forkserver()] {
        let life = move || {
            let begun = Instant::now();
            let pool = Pool::builder().workers(2).start_method(method).start()?;
            ensure!(pool.apply(square, (3,))? == 9, "a wrong result");
            drop(pool);
            Ok(begun.elapsed().as_secs_f64() * 1e6)
        };
        cases.push(Case::new(ours(method.name()), life).over(BARE_SPAWN));
    }
    cases.push(Case::new(PYTHON_POOL, move || python.time("life")).over(BARE_SPAWN));
    Ok(cases)
}

fn life_goals() -> Vec<Goal> {
    vec![Goal::ratio(ours("spawn"), BARE_SPAWN, AtMost(1.5))]
}
