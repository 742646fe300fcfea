//! The series of the chapter on pi in a pool of two workers, and what an argument costs on its way to a worker.

use std::iter::repeat_n;
use std::ops::Range;
use std::rc::Rc;
use std::time::Instant;

use anyhow::ensure;
use multiprocess::{Pool, Process, TaskError};
use pi::threads::{by_rayon, scoped, split};
use pi::wide::sum;

use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const PI: Group = Group {
    name: "pool_pi",
    heads: ("The series, by one or by two", Some("times one thread")),
    unit: Unit::Microseconds,
    rounds: 40,
    cases: pi_cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok(format!(
            "The pools and rayon sum {BLOCKS} blocks, the threads and the processes one half each. The pool that is kept and \
             rayon's threads were there before. Where two workers start for the sum, the time contains their start and their end.\n"
        ))
    },
    page: None,
};

pub(crate) const ARGUMENTS: Group = Group {
    name: "pool_arguments",
    heads: ("A task, by the size of its argument", Some("times 16 bytes")),
    unit: Unit::Nanoseconds,
    rounds: 20,
    cases: argument_cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("The tasks return the length of their argument, in a pool of two workers that is kept. A sample is the time of one `map` \
            with chunks of the usual size, divided by the number of tasks. It contains the copies of the argument that are its items.\n"
            .to_owned())
    },
    page: None,
};

const TERMS: [u64; 8] = [10_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000];
const BLOCKS: u64 = 100;
const WORKERS: usize = 2;

const SIZES: [usize; 5] = [16, 1 << 10, 16 << 10, 256 << 10, 1 << 20];
/// So many bytes are sent in a sample, at most.
const BYTES: usize = 16 << 20;
/// So many tasks are in a sample, at most.
const TASKS: usize = 10_000;

fn by_pool(pool: &Pool, terms: u64) -> anyhow::Result<f64> {
    let mut total = 0.0;
    for part in pool.map(sum, split(0..terms, BLOCKS)) {
        total += part?;
    }
    Ok(total)
}

fn by_new_pool(terms: u64) -> anyhow::Result<f64> {
    by_pool(&Pool::new(WORKERS)?, terms)
}

fn by_spawn(terms: u64) -> anyhow::Result<f64> {
    let start = |part: Range<u64>| Process::new(sum, (part,)).start();
    let children: Result<Vec<_>, _> = split(0..terms, WORKERS as u64).into_iter().map(start).collect();
    let mut total = 0.0;
    for mut child in children? {
        total += child.join()?;
    }
    Ok(total)
}

fn pi_cases() -> anyhow::Result<Vec<Case>> {
    let kept = Rc::new(Pool::new(WORKERS)?);
    let mut cases = Vec::new();
    for terms in TERMS {
        let mut add = |how: &str, compute: Box<dyn Fn() -> anyhow::Result<f64>>| {
            let case = Case::new(format!("{terms} terms: {how}"), move || {
                let begun = Instant::now();
                let pi = 4.0 * compute()?;
                let took = begun.elapsed();
                ensure!((pi - std::f64::consts::PI).abs() < 2.0 / terms as f64, "a wrong sum: {pi}");
                Ok(took.as_secs_f64() * 1e6)
            });
            cases.push(case.over(format!("{terms} terms: alone")));
        };
        add("alone", Box::new(move || Ok(sum(0..terms))));
        add("threads", Box::new(move || Ok(scoped(0..terms, WORKERS as u64))));
        add("rayon", Box::new(move || Ok(by_rayon(0..terms, BLOCKS))));
        let kept = Rc::clone(&kept);
        add("pool, kept", Box::new(move || by_pool(&kept, terms)));
        add("pool, new", Box::new(move || by_new_pool(terms)));
        add("spawn", Box::new(move || by_spawn(terms)));
    }
    Ok(cases)
}

type Lengths = Vec<Result<usize, TaskError>>;

fn length_of_text(text: String) -> usize {
    text.len()
}

fn length_of_bytes(bytes: Vec<u8>) -> usize {
    bytes.len()
}

fn argument_cases() -> anyhow::Result<Vec<Case>> {
    let pool = Rc::new(Pool::new(WORKERS)?);
    let mut cases = Vec::new();
    for size in SIZES {
        let count = (BYTES / size).min(TASKS);
        let mut add = |what: &str, lengths: Box<dyn Fn(&Pool) -> Lengths>| {
            let pool = Rc::clone(&pool);
            let case = Case::new(format!("{size} bytes: `{what}`"), move || {
                let begun = Instant::now();
                let lengths = lengths(&pool);
                let took = begun.elapsed();
                let is_right =
                    |length: &Result<usize, _>| length.as_ref().is_ok_and(|&length| length == size);
                ensure!(lengths.len() == count && lengths.iter().all(is_right), "wrong lengths");
                Ok(took.as_nanos() as f64 / count as f64)
            });
            cases.push(case.over(format!("{} bytes: `{what}`", SIZES[0])));
        };
        let text = "a".repeat(size);
        let bytes = vec![b'a'; size];
        add("String", Box::new(move |pool| pool.map(length_of_text, repeat_n(text.clone(), count))));
        add("Vec<u8>", Box::new(move |pool| pool.map(length_of_bytes, repeat_n(bytes.clone(), count))));
    }
    Ok(cases)
}
