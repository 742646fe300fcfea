//! From how many terms on a second worker is worth its start.

use std::rc::Rc;

use super::{Helpers, Shared, shared};
use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::python;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pi_sizes",
    heads: ("The series, by one or by two", Some("times one thread")),
    unit: Unit::Microseconds,
    rounds: 60,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("Each time holds the start and the end of the two workers; rayon's threads were there before.\n"
            .to_owned())
    },
    page: None,
};

const SIZES: [u64; 9] =
    [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000];
/// Python takes a hundred times as long for each term.
const PYTHON_SIZES: usize = 6;

fn cases() -> anyhow::Result<Vec<Case>> {
    let helpers = Helpers::start()?;
    let python = shared(Helper::python(&python::SPAWN)?);
    let mut cases = Vec::new();
    for (at, terms) in SIZES.into_iter().enumerate() {
        let mut add = |helper: &Shared, language: &str, how: &str| {
            let (helper, task) = (Rc::clone(helper), format!("pi {how} 2 {terms}"));
            let case = Case::new(name(language, how, terms), move || helper.borrow_mut().time(&task));
            cases.push(case.over(name(language, "alone", terms)));
        };
        for how in ["alone", "threads", "rayon", "fork", "forkserver", "spawn"] {
            add(&helpers.of(how), "", how);
        }
        if at < PYTHON_SIZES {
            for how in ["alone", "fork", "spawn"] {
                add(&python, "Python, ", how);
            }
        }
    }
    Ok(cases)
}

fn name(language: &str, how: &str, terms: u64) -> String {
    format!("{terms} terms: {language}{how}")
}
