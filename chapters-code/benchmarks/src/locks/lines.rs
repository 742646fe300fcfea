//! Two numbers, each written by one process, in the same cache line or in others.

use std::sync::atomic::Ordering::Relaxed;

use anyhow::ensure;
use multiprocess::shared::RawArray;
use serde::{Deserialize, Serialize};

use super::{Counter, both};
use crate::group::Group;
use crate::pinned::{on_one, on_two};
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "cache_lines",
    heads: (
        "Add one to a number of one's own, while another process does the same",
        Some("times 128 bytes apart"),
    ),
    unit: Unit::Nanoseconds,
    rounds: 60,
    cases,
    goals: Vec::new,
    note: || {
        Ok("A sample is as many additions as take about 10 ms, half of them by each process, on a CPU of its own. The time is \
            divided by the number of all additions. No process reads the other one's number. In a queue's memory, what senders \
            write and what receivers write is at least 128 bytes apart.\n"
            .to_owned())
    },
    page: None,
};

/// A number that is so many bytes behind the other process's.
#[derive(Serialize, Deserialize)]
struct Apart<const BYTES: usize> {
    numbers: RawArray<u64>,
    own: usize,
}

impl<const BYTES: usize> Counter for Apart<BYTES> {
    fn pair() -> anyhow::Result<(Self, Self)> {
        let behind = BYTES / size_of::<u64>();
        ensure!(behind > 0, "they would be one number");
        let numbers = RawArray::zeroed(behind + 1)?;
        Ok((Apart { numbers: numbers.clone(), own: 0 }, Apart { numbers, own: behind }))
    }

    fn add(&self, times: u64) -> anyhow::Result<u64> {
        for _ in 0..times {
            self.numbers.fetch_add(self.own, 1, Relaxed);
        }
        let last = self.numbers.len() - 1;
        Ok(self.numbers.load(0, Relaxed) + self.numbers.load(last, Relaxed))
    }
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let places = match on_two()? {
        Some(places) => places,
        None => on_one()?,
    };
    let far = "128 bytes apart";
    let case = |name: &str, [_, mut two]: [Case; 2]| {
        two.name = name.to_owned();
        two.over(far)
    };
    Ok(vec![
        case("8 bytes apart, in one cache line", both::<Apart<8>>("", places)?),
        case("64 bytes apart, in neighboring cache lines", both::<Apart<64>>("", places)?),
        case(far, both::<Apart<128>>("", places)?),
    ])
}
