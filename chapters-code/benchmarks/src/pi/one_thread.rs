//! The series on one thread, step by step up to what its divisions allow.

use std::hint::black_box;
use std::ops::Range;
use std::time::Instant;

use pi::{lanes, series, summation, wide};

use super::{shared, vectors};
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
    note: python::numpy,
    page: None,
};

const TERMS: u64 = 20_000_000;
const FEW: u64 = 500_000;

const SERIES: &str = "Rust, term after term";
const COMPENSATED: &str = "Rust, term after term, compensated";
const LANES: &str = "Rust, 16 lanes, for every x86-64";
const AVX2: &str = "Rust, 16 lanes, for AVX2";
const AVX512: &str = "Rust, 16 lanes, for AVX-512";
const WIDE: &str = "Rust, 16 lanes, what this CPU has";
const BY_FOUR: &str = "by hand, AVX2";
const BY_EIGHT: &str = "by hand, AVX-512";
const PYTHON: &str = "Python";
const NUMPY: &str = "numpy";

/// The faster of the two by hand, or the one that this CPU has.
fn limit() -> &'static str {
    if is_x86_feature_detected!("avx512f") { BY_EIGHT } else { BY_FOUR }
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![
        case(SERIES, series::sum),
        case(COMPENSATED, |terms| summation::compensated(terms.map(series::term))),
        case(LANES, lanes::sum),
    ];
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the CPU has what the functions are compiled for.
        cases.push(case(AVX2, |terms| unsafe { wide::avx2(terms) }));
        // SAFETY: as above.
        cases.push(case(BY_FOUR, |terms| unsafe { vectors::by_four(terms) }));
    }
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the CPU has what the functions are compiled for.
        cases.push(case(AVX512, |terms| unsafe { wide::avx512(terms) }));
        // SAFETY: as above.
        cases.push(case(BY_EIGHT, |terms| unsafe { vectors::by_eight(terms) }));
    }
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
    Case::new(name, once).over(limit())
}

fn asked(name: &str, helper: Helper, task: &str, terms: u64) -> Case {
    let (helper, task) = (shared(helper), format!("{task} alone 1 {terms}"));
    Case::new(name, move || Ok(helper.borrow_mut().ask(&task)? / terms as f64)).over(limit())
}

fn goals() -> Vec<Goal> {
    vec![Goal::ratio(limit(), WIDE, AtLeast(0.95))]
}
