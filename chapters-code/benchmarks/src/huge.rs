//! A fork of a parent that holds much memory, in pages of the usual size and in huge ones.

use std::fs::read_to_string;

use anyhow::{Context, ensure};

use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::start_and_join::ours;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "huge",
    heads: ("Start by fork and join, by the parent's memory", Some("times the small one")),
    unit: Unit::Microseconds,
    rounds: 40,
    cases,
    goals: Vec::new,
    note: || {
        Ok(String::from("The huge pages have 2 MiB. `/proc/PID/smaps_rollup` said which pages a parent had."))
    },
    page: None,
};

const HEAP: u64 = 1 << 30;
const SMALL: &str = "a small parent";

fn cases() -> anyhow::Result<Vec<Case>> {
    let small = Helper::ours()?;
    let mut usual = Helper::ours()?;
    let mut huge = Helper::in_huge_pages()?;
    for parent in [&mut usual, &mut huge] {
        parent.ask(&format!("touch {HEAP}"))?;
    }
    ensure!(in_huge_pages(&usual)? < HEAP / 10, "the usual pages are huge ones here");
    ensure!(in_huge_pages(&huge)? > HEAP / 10 * 9, "the kernel has too few huge pages to give");
    let case = |name: &str, mut parent: Helper| {
        let method = ours("fork");
        let name = format!("{method}, {name}");
        Case::new(name, move || parent.time("start_and_join fork")).over(format!("{method}, {SMALL}"))
    };
    Ok(vec![case(SMALL, small), case("1 GiB in pages of 4 KiB", usual), case("1 GiB in huge pages", huge)])
}

/// How many bytes of a process's memory are in huge pages.
fn in_huge_pages(parent: &Helper) -> anyhow::Result<u64> {
    let sizes = read_to_string(format!("/proc/{}/smaps_rollup", parent.pid()))?;
    let size =
        sizes.lines().find_map(|line| line.strip_prefix("AnonHugePages:")).context("there is a size")?;
    Ok(size.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
