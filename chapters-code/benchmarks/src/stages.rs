//! Where the time of a spawned child goes: moments that parent and child note by one clock.

use std::sync::atomic::{AtomicU64, Ordering};

use multiprocess::{Process, StartMethod};
use nix::time::{ClockId, clock_gettime};

use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "stages",
    heads: ("A spawned child, from stage to stage", Some("part of the whole")),
    unit: Unit::Microseconds,
    rounds: 200,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("The program's first code is a function in its `.init_array`, which the C library calls before `main`; what \
            comes before it is the kernel's `execve`, the dynamic loader and the C library's own start.\n"
            .to_owned())
    },
    page: None,
};

static FIRST_CODE: AtomicU64 = AtomicU64::new(0);
static MAIN: AtomicU64 = AtomicU64::new(0);

extern "C" fn first_code() {
    FIRST_CODE.store(now(), Ordering::Relaxed);
}

#[used]
// SAFETY: the section holds pointers to functions without arguments; this one calls the C library, which is ready.
#[unsafe(link_section = ".init_array")]
static NOTE_FIRST_CODE: extern "C" fn() = first_code;

/// To be called first in `main`.
pub(crate) fn note_main() {
    MAIN.store(now(), Ordering::Relaxed);
}

/// Nanoseconds by a clock that all processes share.
fn now() -> u64 {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("every Linux has this clock");
    now.tv_sec().cast_unsigned() * 1_000_000_000 + now.tv_nsec().cast_unsigned()
}

/// A child's moments, in order.
struct Moments {
    start: u64,
    started: u64,
    first_code: u64,
    main: u64,
    target: u64,
    joined: u64,
}

impl Moments {
    fn of_one_child() -> anyhow::Result<Moments> {
        let noted = || (FIRST_CODE.load(Ordering::Relaxed), MAIN.load(Ordering::Relaxed), now());
        let start = now();
        let mut child = Process::new(noted, ()).start_method(StartMethod::spawn()).start()?;
        let started = now();
        let (first_code, main, target) = child.join()?;
        Ok(Moments { start, started, first_code, main, target, joined: now() })
    }
}

const WHOLE: &str = "from `start` until `join` has returned";

fn cases() -> anyhow::Result<Vec<Case>> {
    type Stage = fn(&Moments) -> u64;
    let stages: [(&str, Stage); 6] = [
        (WHOLE, |moments| moments.joined - moments.start),
        ("from `start` until the program's first code", |moments| moments.first_code - moments.start),
        ("of that, in the parent until `start` has returned", |moments| moments.started - moments.start),
        ("from there until `main`", |moments| moments.main - moments.first_code),
        ("from there until the target", |moments| moments.target - moments.main),
        ("from there until `join` has returned", |moments| moments.joined - moments.target),
    ];
    let case = |(name, stage): (&str, Stage)| {
        Case::new(name, move || Ok(stage(&Moments::of_one_child()?) as f64 / 1000.0)).over(WHOLE)
    };
    Ok(stages.into_iter().map(case).collect())
}
