//! The series by threads that add to one total: after each term, or each thread once.

use std::hint::black_box;
use std::ops::Range;
use std::sync::Mutex;

use ::pi::series::{sum, term};

use super::by_threads;
use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pi_threads",
    heads: ("Time for one term", Some("times one thread's own sum")),
    unit: Unit::Nanoseconds,
    rounds: 30,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok(format!(
            "{TERMS} terms of the series, term after term, with a sum for each thread, and {LOCKED} with a lock for each term. \
             Each time includes the starts and ends of the threads.\n"
        ))
    },
    page: None,
};

const TERMS: u64 = 20_000_000;
const LOCKED: u64 = 500_000;
const THREADS: [u64; 3] = [1, 2, 4];

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for count in THREADS {
        cases.push(case("a lock per thread", count, TERMS, |terms, total| {
            let sum = sum(terms);
            *total.lock().expect("no panic") += sum;
        }));
    }
    for count in THREADS {
        cases.push(case("a lock per term", count, LOCKED, |terms, total| {
            for k in terms {
                *total.lock().expect("no panic") += term(k);
            }
        }));
    }
    Ok(cases)
}

fn case(what: &str, count: u64, terms: u64, add: fn(Range<u64>, &Mutex<f64>)) -> Case {
    let once = move || {
        let total = Mutex::new(0.0);
        let took = by_threads(count, terms, |part| add(black_box(part), &total));
        let off = 4.0 * total.into_inner()? - std::f64::consts::PI;
        anyhow::ensure!(off.abs() * (terms as f64) < 1.1, "off by {off}");
        Ok(took.as_secs_f64() * 1e9 / terms as f64)
    };
    Case::new(format!("{what}, threads: {count}"), once).over("a lock per thread, threads: 1")
}
