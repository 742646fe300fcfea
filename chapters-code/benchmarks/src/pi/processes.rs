//! The series over one to four processes and threads.

use std::rc::Rc;

use super::{Helpers, Shared, shared};
use crate::goal::{
    Bound::{AtLeast, AtMost},
    Goal,
};
use crate::group::Group;
use crate::helper::Helper;
use crate::python;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pi_processes",
    heads: ("Time for one term", Some("times its one")),
    unit: Unit::Nanoseconds,
    rounds: 16,
    cases,
    goals,
    note,
    page: None,
};

/// A third of a second on one thread, beside which a millisecond for a start is little.
const TERMS: u64 = 1_000_000_000;
const NUMPY_TERMS: u64 = 200_000_000;
const PYTHON_TERMS: u64 = 4_000_000;
const WORKERS: [u64; 4] = [1, 2, 3, 4];

const ALONE: &str = "one thread, no process";
const PYTHON_ALONE: &str = "Python, no process";
const NUMPY_ALONE: &str = "numpy, no process";

fn workers(how: &str, count: u64) -> String {
    format!("{how}: {count}")
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let helpers = Helpers::start()?;
    let mut cases = vec![case(ALONE, &helpers.processes, "pi alone 1", TERMS).over(ALONE)];
    for how in ["threads", "rayon", "spawn", "forkserver", "fork"] {
        for count in WORKERS {
            let task = format!("pi {how} {count}");
            cases.push(case(&workers(how, count), &helpers.of(how), &task, TERMS).over(ALONE));
        }
    }
    let python = shared(Helper::python(&python::SPAWN)?);
    cases.push(case(PYTHON_ALONE, &python, "pi alone 1", PYTHON_TERMS).over(PYTHON_ALONE));
    for count in [2, 4] {
        let (name, task) = (workers("Python, spawn", count), format!("pi spawn {count}"));
        cases.push(case(&name, &python, &task, PYTHON_TERMS).over(PYTHON_ALONE));
    }
    if let Some(numpy) = Helper::numpy()?.map(shared) {
        cases.push(case(NUMPY_ALONE, &numpy, "numpy alone 1", NUMPY_TERMS).over(NUMPY_ALONE));
        let name = workers("numpy, fork", 2);
        cases.push(case(&name, &numpy, "numpy fork 2", NUMPY_TERMS).over(NUMPY_ALONE));
    }
    Ok(cases)
}

fn case(name: &str, helper: &Shared, task: &str, terms: u64) -> Case {
    let (helper, task) = (Rc::clone(helper), format!("{task} {terms}"));
    Case::new(name, move || Ok(helper.borrow_mut().ask(&task)? / terms as f64))
}

fn goals() -> Vec<Goal> {
    let mut goals = Vec::new();
    for how in ["spawn", "forkserver", "fork"] {
        // Twice as fast on two CPUs would be an efficiency of 1.
        goals.push(Goal::ratio(ALONE, workers(how, 2), AtLeast(1.9)));
        goals.push(Goal::ratio(workers(how, 2), workers("rayon", 2), AtMost(1.05)));
    }
    goals
}

fn note() -> anyhow::Result<String> {
    Ok(format!(
        "{TERMS} terms in Rust, {NUMPY_TERMS} with numpy, {PYTHON_TERMS} in Python, each with the start and the end of its workers. \
         {}",
        python::numpy()?
    ))
}
