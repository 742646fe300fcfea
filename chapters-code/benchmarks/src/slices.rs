//! How long programs that share a CPU run at a time, and how long they stand still in between.

use std::time::Duration;

use anyhow::{Context, ensure};
use multiprocess::Process;
use nix::time::ClockId;

use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{self, on_one};
use crate::samples::{Case, quartiles};
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "slices",
    heads: ("Busy programs on one CPU", None),
    unit: Unit::Microseconds,
    rounds: 20,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("Each program reads the clock again and again for 150 ms. Where two readings are more than 0.5 ms apart, the \
            program stood still. A sample is the median of one run's turns, or of its pauses.\n"
            .to_owned())
    },
    page: None,
};

const COUNTS: [u64; 3] = [2, 3, 4];
/// Until when all of them are sure to have started.
const BEFORE: u64 = 50_000_000;
const LENGTH: u64 = 150_000_000;
/// A pause that is shorter is an interrupt, not a turn of another program.
const SHORTEST: u64 = 500_000;

fn cases() -> anyhow::Result<Vec<Case>> {
    let cpu = on_one()?.ours;
    let mut cases = Vec::new();
    for count in COUNTS {
        cases.push(Case::new(format!("{count} programs: a turn"), move || Ok(measure(cpu, count)?.turn)));
        cases.push(Case::new(format!("{count} programs: a pause"), move || Ok(measure(cpu, count)?.pause)));
    }
    Ok(cases)
}

/// In microseconds.
struct Typical {
    turn: f64,
    pause: f64,
}

fn measure(cpu: usize, count: u64) -> anyhow::Result<Typical> {
    let start = now() + BEFORE;
    let start_one = |_| Process::new(watch_the_clock, (cpu, start)).start();
    let mut children = (0..count).map(start_one).collect::<Result<Vec<_>, _>>()?;
    let mut seen = Vec::new();
    for child in &mut children {
        seen.push(child.join()?);
    }
    let (turns, pauses) = seen.first().context("there are several")?;
    ensure!(!turns.is_empty() && !pauses.is_empty(), "a program did not stand still");
    Ok(Typical { turn: median(turns), pause: median(pauses) })
}

fn median(nanoseconds: &[u64]) -> f64 {
    let microseconds: Vec<f64> = nanoseconds.iter().map(|&value| value as f64 / 1000.0).collect();
    quartiles(&microseconds)[1]
}

fn now() -> u64 {
    let now = ClockId::CLOCK_MONOTONIC.now().expect("there is such a clock");
    Duration::from(now).as_nanos() as u64
}

/// The turns and the pauses, in nanoseconds, without the first turn and the last one, which are cut off.
fn watch_the_clock(cpu: usize, start: u64) -> (Vec<u64>, Vec<u64>) {
    pinned::pin(cpu).expect("the CPU is one of those that this process may use");
    let (mut turns, mut pauses) = (Vec::new(), Vec::new());
    let (mut last, mut began) = (now(), None);
    while last < start + LENGTH {
        let reading = now();
        if reading - last > SHORTEST && last > start {
            turns.extend(began.map(|began| last - began));
            pauses.push(reading - last);
            began = Some(reading);
        }
        last = reading;
    }
    (turns, pauses)
}
