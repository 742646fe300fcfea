//! Doubling the numbers of a large array, by threads and by a pool whose workers share it.

use std::ops::Range;
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context, ensure};
use multiprocess::Pool;
use multiprocess::shared::RawArray;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

use crate::goal::Bound::AtMost;
use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pool_array",
    heads: ("Doubling an array of 16 MiB", Some("times rayon")),
    unit: Unit::Microseconds,
    rounds: 100,
    cases,
    // As fast as rayon would be 1; 0.4 times as fast is the goal.
    goals: || vec![Goal::ratio(OURS, RAYON, AtMost(2.5))],
    note: || {
        Ok(format!(
            "The array has {NUMBERS} numbers of 8 bytes. rayon's two threads and the one process have it in a `Vec`. The two \
             workers of the pool share a `RawArray`: a task is a range of {PART} numbers, which it copies out, doubles and \
             copies in again, {BLOCK} at a time. The pool and its workers are kept.\n"
        ))
    },
    page: None,
};

const NUMBERS: usize = 2 << 20;
const PART: usize = NUMBERS / 4;
const BLOCK: usize = 1 << 10;

const ALONE: &str = "one process, a `Vec`";
const RAYON: &str = "rayon, a `Vec`";
const OURS: &str = "our pool, a `RawArray`";

static SHARED: OnceLock<RawArray<u64>> = OnceLock::new();

/// Runs once in each worker.
fn keep(numbers: RawArray<u64>) {
    SHARED.get_or_init(|| numbers);
}

fn double(part: Range<usize>) {
    let numbers = SHARED.get().expect("the initializer has run");
    let mut block = [0; BLOCK];
    for at in part.step_by(BLOCK) {
        numbers.copy_to_slice(at, &mut block);
        block.iter_mut().for_each(|number| *number = number.wrapping_mul(2));
        numbers.copy_from_slice(at, &block);
    }
}

/// Doubles the numbers.
type Call = Box<dyn Fn(&mut [u64])>;

/// The numbers before they are doubled.
fn numbers() -> Vec<u64> {
    (0..NUMBERS as u64).collect()
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let right: Rc<Vec<u64>> = Rc::new((0..NUMBERS as u64).map(|number| 2 * number).collect());
    let timed = |call: Call| {
        let (right, mut numbers_kept) = (Rc::clone(&right), numbers());
        move || {
            numbers_kept.copy_from_slice(&numbers());
            let begun = Instant::now();
            call(&mut numbers_kept);
            let took = begun.elapsed();
            ensure!(numbers_kept == *right, "wrong numbers");
            Ok(took.as_secs_f64() * 1e6)
        }
    };
    let alone = |numbers: &mut [u64]| numbers.iter_mut().for_each(|number| *number = number.wrapping_mul(2));
    let rayon = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    let by_rayon = move |numbers: &mut [u64]| {
        let all =
            || numbers.par_iter_mut().with_min_len(BLOCK).for_each(|number| *number = number.wrapping_mul(2));
        rayon.install(all);
    };
    let shared = RawArray::new(&numbers())?;
    let doubled_by_pool = Rc::clone(&right);
    let pool = Pool::builder().workers(2).initializer(keep, (shared.clone(),)).start()?;
    let by_pool = move || {
        shared.copy_from_slice(0, &numbers());
        let begun = Instant::now();
        let parts = (0..NUMBERS).step_by(PART).map(|at| at..at + PART);
        let done: Result<Vec<()>, _> = pool.map(double, parts).into_iter().collect();
        let took = begun.elapsed();
        done.context("a part was not doubled")?;
        let mut doubled = vec![0; NUMBERS];
        shared.copy_to_slice(0, &mut doubled);
        ensure!(doubled == *doubled_by_pool, "wrong numbers");
        Ok(took.as_secs_f64() * 1e6)
    };
    Ok(vec![
        Case::new(ALONE, timed(Box::new(alone))).over(RAYON),
        Case::new(RAYON, timed(Box::new(by_rayon))).over(RAYON),
        Case::new(OURS, by_pool).over(RAYON),
    ])
}
