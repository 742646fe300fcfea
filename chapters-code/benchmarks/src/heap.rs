//! Starting and joining one process from a parent that holds much memory, beside the same from a small one.

use benchmark_parent::methods;

use crate::goal::{Bound, Goal};
use crate::group::Group;
use crate::helper::Helper;
use crate::python;
use crate::samples::Case;
use crate::start_and_join::ours;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "heap",
    heads: ("Start and join, from a small and a large parent", Some("times the small one")),
    unit: Unit::Microseconds,
    rounds: 40,
    cases,
    goals,
    note: || Ok(String::new()),
    page: None,
};

const HEAP: u64 = 1 << 30;

fn small(case: &str) -> String {
    format!("small: {case}")
}

fn big(case: &str) -> String {
    format!("1 GiB: {case}")
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for method in methods() {
        cases.extend(pair(&ours(method.name()), method.name(), Helper::ours)?);
    }
    for method in &[python::FORK, python::SPAWN] {
        cases.extend(pair(&method.case(), method.name, || Helper::python(method))?);
    }
    Ok(cases)
}

fn pair(name: &str, method: &str, parent: impl Fn() -> anyhow::Result<Helper>) -> anyhow::Result<[Case; 2]> {
    let (mut with_little, mut with_much) = (parent()?, parent()?);
    with_much.ask(&format!("touch {HEAP}"))?;
    let task = format!("start_and_join {method}");
    let same = task.clone();
    Ok([
        Case::new(small(name), move || with_little.time(&same)).over(small(name)),
        Case::new(big(name), move || with_much.time(&task)).over(small(name)),
    ])
}

/// All but fork, which copies the tables that describe the parent's memory.
fn goals() -> Vec<Goal> {
    let independent = methods().into_iter().filter(|method| method.name() != "fork");
    let names = independent.map(|method| ours(method.name()));
    names.map(|name| Goal::ratio(big(&name), small(&name), Bound::AtMost(1.2))).collect()
}
