//! A message there, and its answer back.

use std::rc::Rc;

use super::peer::Answer;
use super::ways::{LARGE_QUEUE, OUR_QUEUE, SOCKETPAIR, ways};
use super::{KIB, show};
use crate::batch::each;
use crate::goal::Bound::AtMost;
use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{on_one, on_two};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "round_trip",
    heads: ("A message there and back", Some("times a socketpair")),
    unit: Unit::Nanoseconds,
    rounds: 80,
    cases,
    goals,
    note: || {
        let mut note = "Both processes are kept on one CPU, or each on one of its own. A sample is as many round trips as take \
                        about 10 ms. The answer is the message.\n"
            .to_owned();
        if on_two()?.is_none() {
            note += "This machine has one CPU for them, so the rows for two are missing.\n";
        }
        Ok(note)
    },
    page: None,
};

const SIZES: [usize; 2] = [16, 64 * KIB];

const ONE: &str = "one CPU";
const TWO: &str = "two CPUs";

fn name(way: &str, size: usize, cpus: &str) -> String {
    format!("{}, {cpus}: {way}", show(size))
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (cpus, places) in [(ONE, Some(on_one()?)), (TWO, on_two()?)] {
        let Some(places) = places else { continue };
        let ways = ways(Answer::TheSame, Some(places))?;
        for size in SIZES {
            // One message at a time needs no more memory than a queue has by default.
            for way in ways.iter().filter(|way| size <= way.longest && way.name != LARGE_QUEUE) {
                let took = Rc::clone(&way.took);
                let once = each(move |count| took.borrow_mut()(size, count));
                cases.push(Case::new(name(way.name, size, cpus), once).over(name(SOCKETPAIR, size, cpus)));
            }
        }
    }
    Ok(cases)
}

fn goals() -> Vec<Goal> {
    let goal =
        |cpus, bound| Goal::ratio(name(OUR_QUEUE, 16, cpus), name(SOCKETPAIR, 16, cpus), AtMost(bound));
    let mut goals = vec![goal(ONE, 0.7)];
    if matches!(on_two(), Ok(Some(_))) {
        goals.push(goal(TWO, 0.03));
    }
    goals
}
