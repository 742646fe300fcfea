//! The series on one thread, step by step up to what its divisions allow.

use std::hint::black_box;
use std::ops::Range;
use std::time::Instant;

use pi::{lanes, series, summation, wide};

use super::shared;
use crate::cpu;
use crate::goal::{Bound::AtLeast, Goal};
use crate::group::Group;
use crate::helper::Helper;
use crate::python;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pi_one_thread",
    heads: ("Time for one term, on one thread", Some("times the limit")),
    unit: Unit::Nanoseconds,
    rounds: 60,
    cases,
    goals,
    note,
    page: None,
};

const TERMS: u64 = 20_000_000;
const FEW: u64 = 500_000;

const SERIES: &str = "Rust, term after term";
const COMPENSATED: &str = "Rust, term after term, compensated";
const WIDE: &str = "Rust, 16 lanes, what this CPU has";
const PYTHON: &str = "Python";
const NUMPY: &str = "numpy";

/// The fastest loop that is written by hand for this CPU, if there is one.
fn limit() -> Option<&'static str> {
    cpu::wide().last().map(|&(name, _)| name)
}

fn note() -> anyhow::Result<String> {
    let no_limit = "For this CPU no loop is written by hand, so no row is compared with a limit.\n";
    Ok(if limit().is_none() { no_limit.to_owned() } else { String::new() } + &python::numpy()?)
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![
        case(SERIES, series::sum),
        case(COMPENSATED, |terms| summation::compensated(terms.map(series::term))),
        case(cpu::LANES, lanes::sum),
    ];
    cases.extend(cpu::wide().into_iter().map(|(name, sum)| case(name, sum)));
    cases.push(case(WIDE, wide::sum));
    cases.push(asked(PYTHON, Helper::python(&python::SPAWN)?, "pi", FEW));
    if let Some(numpy) = Helper::numpy()? {
        cases.push(asked(NUMPY, numpy, "numpy", TERMS));
    }
    Ok(cases)
}

fn case(name: &str, sum: impl Fn(Range<u64>) -> f64 + 'static) -> Case {
    let once = move || {
        let started = Instant::now();
        black_box(sum(black_box(0..TERMS)));
        Ok(started.elapsed().as_secs_f64() * 1e9 / TERMS as f64)
    };
    beside_the_limit(Case::new(name, once))
}

fn beside_the_limit(case: Case) -> Case {
    match limit() {
        Some(limit) => case.over(limit),
        None => case,
    }
}

fn asked(name: &str, helper: Helper, task: &str, terms: u64) -> Case {
    let (helper, task) = (shared(helper), format!("{task} alone 1 {terms}"));
    beside_the_limit(Case::new(name, move || Ok(helper.borrow_mut().ask(&task)? / terms as f64)))
}

fn goals() -> Vec<Goal> {
    limit().into_iter().map(|limit| Goal::ratio(limit, WIDE, AtLeast(0.95))).collect()
}
