//! Sixteen starts, and then sixteen joins.

use std::time::Duration;

use benchmark_parent::{methods, start_and_join};

use crate::by_hand::Server;
use crate::goal::{Bound, Goal};
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::start_and_join::ours;
use crate::unit::Unit;
use crate::{limit, python};

pub(crate) const GROUP: Group = Group {
    name: "sixteen",
    heads: ("16 starts, then 16 joins", Some("times bare forks")),
    unit: Unit::Microseconds,
    rounds: 40,
    cases,
    goals,
    note: || Ok(String::new()),
    page: None,
};

const COUNT: u32 = 16;
const FORKS: &str = "16 × `fork` + `_exit`, then 16 × `waitpid`";
const FORKS_IN_A_ROW: &str = "16 × (`fork` + `_exit` + `waitpid`), one after the other";
const BY_HAND: &str = "a forkserver by hand, which only forks; results over one socket";

fn cases() -> anyhow::Result<Vec<Case>> {
    let forks = || Ok(limit::fork_and_exit(COUNT as usize)?.as_secs_f64() * 1e6);
    let forks_in_a_row = || {
        let each = (0..COUNT).map(|_| limit::fork_and_exit(1));
        Ok(each.sum::<anyhow::Result<Duration>>()?.as_secs_f64() * 1e6)
    };
    let mut cases =
        vec![Case::new(FORKS, forks).over(FORKS), Case::new(FORKS_IN_A_ROW, forks_in_a_row).over(FORKS)];
    let mut server = Server::new()?;
    let once = move || Ok(server.start_and_join(COUNT)?.as_secs_f64() * 1e6);
    cases.push(Case::new(BY_HAND, once).over(FORKS));
    for method in methods() {
        let once = move || Ok(start_and_join(method, COUNT as usize)?.as_secs_f64() * 1e6);
        cases.push(Case::new(ours(method.name()), once).over(FORKS));
    }
    for method in &python::METHODS {
        let mut python = Helper::python(method)?;
        let task = format!("start_and_join {} {COUNT}", method.name);
        cases.push(Case::new(method.case(), move || python.time(&task)).over(FORKS));
    }
    Ok(cases)
}

/// Only for the method that sends starts ahead, without waiting for each.
fn goals() -> Vec<Goal> {
    let pipelined = methods().into_iter().filter(|method| method.name() == "forkserver");
    pipelined.map(|method| Goal::ratio(ours(method.name()), FORKS_IN_A_ROW, Bound::AtMost(1.0))).collect()
}
