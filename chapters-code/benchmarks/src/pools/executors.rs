//! The same tasks in other pools of processes.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, ensure};
use multiprocess::Pool;
use procspawn::JoinHandle;

use super::square;
use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::python;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pool_executors",
    heads: ("A task of a `map`", Some("times ours")),
    unit: Unit::Nanoseconds,
    rounds: 20,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok(format!(
            "The tasks square a number, in a pool of two workers that is kept. A sample is the time of one call with \
             {ONE_BY_ONE} tasks that are sent one by one, or with {IN_CHUNKS} in chunks, divided by their number. Our pool and \
             Python's `Pool` choose their chunks. The executors, which send tasks one by one unless they are told otherwise, \
             were told to make chunks of {CHUNK}. procspawn has no `map`, so each of its tasks took {CHUNK} numbers.\n{}",
            python::loky()?
        ))
    },
    page: None,
};

const ONE_BY_ONE: u64 = 2_000;
const IN_CHUNKS: u64 = 200_000;

/// As long as the chunks that Python's `Pool` chooses for two workers.
const CHUNK: u64 = IN_CHUNKS / 8;

/// The most tasks that procspawn's pool has at a time.
const UNDER_WAY: usize = 64;

/// How the tasks are sent: what it is called, how many there are, and how many together.
const WAYS: [(&str, u64, u64); 2] = [("one by one", ONE_BY_ONE, 1), ("in chunks", IN_CHUNKS, CHUNK)];

fn cases() -> anyhow::Result<Vec<Case>> {
    let python = Rc::new(RefCell::new(Helper::pools()?));
    let loky = Helper::loky()?.map(|helper| Rc::new(RefCell::new(helper)));
    let procspawn = Rc::new(procspawn::Pool::new(2)?);
    let mut cases = Vec::new();
    for (way, count, chunk) in WAYS {
        let name = |whose: &str| format!("{way}: {whose}");
        let ours = name("ours");
        let builder = Pool::builder().workers(2);
        let pool = if chunk == 1 { builder.chunk_size(1) } else { builder }.start()?;
        let by_pool =
            move || timed(count, || Ok(pool.map(square, 0..count).into_iter().collect::<Result<_, _>>()?));
        cases.push(Case::new(&ours, by_pool));
        let mut peer = |whose: &str, helper: &Rc<RefCell<Helper>>, task: String| {
            let helper = Rc::clone(helper);
            let once = move || Ok(helper.borrow_mut().ask(&task)? / count as f64);
            cases.push(Case::new(name(whose), once).over(ours.clone()));
        };
        // 0 is the size that `Pool` chooses.
        let usual = if chunk == 1 { 1 } else { 0 };
        peer("Python's `Pool`", &python, format!("map {count} {usual}"));
        peer("Python's `ProcessPoolExecutor`", &python, format!("futures {count} {chunk}"));
        if let Some(loky) = &loky {
            peer("loky", loky, format!("loky {count} {chunk}"));
        }
        let procspawn = Rc::clone(&procspawn);
        let by_procspawn = move || timed(count, || by_procspawn(&procspawn, count, chunk));
        cases.push(Case::new(name("procspawn's `Pool`"), by_procspawn).over(ours));
    }
    Ok(cases)
}

/// The time of a task in a call that squares so many numbers.
fn timed(count: u64, call: impl FnOnce() -> anyhow::Result<Vec<u64>>) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let squares = call()?;
    let took = begun.elapsed();
    ensure!(
        squares.len() as u64 == count && (0..).zip(&squares).all(|(n, &it)| it == n * n),
        "wrong results"
    );
    Ok(took.as_nanos() as f64 / count as f64)
}

fn squares(numbers: Vec<u64>) -> Vec<u64> {
    numbers.into_iter().map(square).collect()
}

/// Each of its tasks takes descriptors until it has been joined, so not all of them are under way at once.
fn by_procspawn(pool: &procspawn::Pool, count: u64, chunk: u64) -> anyhow::Result<Vec<u64>> {
    let parts: Vec<Vec<u64>> =
        (0..count).step_by(chunk as usize).map(|from| (from..count.min(from + chunk)).collect()).collect();
    let mut tasks = VecDeque::new();
    let mut all = Vec::with_capacity(count as usize);
    for numbers in parts {
        if tasks.len() == UNDER_WAY {
            all.extend(joined(&mut tasks)?);
        }
        tasks.push_back(pool.spawn(numbers, squares));
    }
    while !tasks.is_empty() {
        all.extend(joined(&mut tasks)?);
    }
    Ok(all)
}

fn joined(tasks: &mut VecDeque<JoinHandle<Vec<u64>>>) -> anyhow::Result<Vec<u64>> {
    let task = tasks.pop_front().context("there is a task")?;
    task.join().context("a task of procspawn's pool failed")
}
