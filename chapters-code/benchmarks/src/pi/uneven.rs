//! Work that lies unevenly, cut in halves, dealt out, and in more parts than processes.

use std::rc::Rc;

use super::shared;
use crate::goal::{Bound::AtMost, Goal};
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pi_uneven",
    heads: ("Counting the points of a quarter circle", Some("times one process")),
    unit: Unit::Microseconds,
    rounds: 40,
    cases,
    goals,
    note: || Ok(format!("A radius of {RADIUS}; children are spawned, two at a time.\n")),
    page: None,
};

const RADIUS: u64 = 20_000;

const ALONE: &str = "in one process";
const HALVES: &str = "left half and right half";
const DEALT: &str = "even columns and odd columns";

fn parts(count: u64) -> String {
    format!("{count} parts, the next to who is free")
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let helper = shared(Helper::ours()?);
    let case = |name: &str, how: &str| {
        let (helper, task) = (Rc::clone(&helper), format!("grid {how} {RADIUS}"));
        Case::new(name, move || helper.borrow_mut().time(&task)).over(ALONE)
    };
    let mut cases = vec![case(ALONE, "alone"), case(HALVES, "halves"), case(DEALT, "dealt")];
    cases.extend([4, 16, 64].map(|count| case(&parts(count), &count.to_string())));
    Ok(cases)
}

fn goals() -> Vec<Goal> {
    vec![Goal::ratio(DEALT, ALONE, AtMost(0.53))]
}
