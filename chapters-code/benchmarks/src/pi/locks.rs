//! The series with one total that two threads add to.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

use anyhow::ensure;
use pi::series::sum;

use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pi_locks",
    heads: ("A million terms with a shared total", Some("times no sharing")),
    unit: Unit::Microseconds,
    rounds: 60,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("The number is how many terms a thread adds up by itself before it adds them to the total. With two threads, each has \
            half of the terms, and the times contain their start and their end. The atomic total is changed by \
            `compare_exchange_weak`.\n"
            .to_owned())
    },
    page: None,
};

const TERMS: u64 = 1_000_000;
const AT_ONCE: [u64; 7] = [1, 10, 100, 1000, 10_000, 100_000, 500_000];
const APART: &str = "500000 terms: no shared total, two threads";

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![Case::new(APART, || timed(apart)).over(APART)];
    for at_once in AT_ONCE {
        let mut add = |how: &str, once: fn(u64) -> f64| {
            let once = move || timed(|| once(at_once));
            cases.push(Case::new(format!("{at_once} terms: {how}"), once).over(APART));
        };
        add("`Mutex`, two threads", |at_once| locked(2, at_once));
        add("atomic, two threads", |at_once| atomic(2, at_once));
        add("`Mutex`, one thread", |at_once| locked(1, at_once));
        add("atomic, one thread", |at_once| atomic(1, at_once));
    }
    Ok(cases)
}

/// In microseconds.
fn timed(sum: impl FnOnce() -> f64) -> anyhow::Result<f64> {
    let started = Instant::now();
    let sum = sum();
    let took = started.elapsed();
    ensure!((4.0 * sum - std::f64::consts::PI).abs() < 1e-5, "the sum is {sum}");
    Ok(took.as_secs_f64() * 1e6)
}

/// Has the terms added up by one or two threads, and `add` called with each sum of `at_once` terms.
fn shared(threads: u64, at_once: u64, add: impl Fn(f64) + Sync) {
    let add_all = |mut terms: Range<u64>| {
        while !terms.is_empty() {
            let end = terms.end.min(terms.start + at_once);
            add(sum(terms.start..end));
            terms.start = end;
        }
    };
    if threads == 1 {
        return add_all(0..TERMS);
    }
    thread::scope(|scope| {
        scope.spawn(|| add_all(0..TERMS / 2));
        scope.spawn(|| add_all(TERMS / 2..TERMS));
    });
}

fn locked(threads: u64, at_once: u64) -> f64 {
    let total = Mutex::new(0.0);
    shared(threads, at_once, |sum| *total.lock().expect("no holder panics") += sum);
    total.into_inner().expect("no holder has panicked")
}

// ANCHOR: atomic
fn atomic(threads: u64, at_once: u64) -> f64 {
    let bits = AtomicU64::new(0_f64.to_bits());
    shared(threads, at_once, |sum| {
        let mut old = bits.load(Relaxed);
        loop {
            let new = (f64::from_bits(old) + sum).to_bits();
            match bits.compare_exchange_weak(old, new, Relaxed, Relaxed) {
                Ok(_) => return,
                Err(changed) => old = changed,
            }
        }
    });
    f64::from_bits(bits.into_inner())
}
// ANCHOR_END: atomic

fn apart() -> f64 {
    thread::scope(|scope| {
        let first = scope.spawn(|| sum(0..TERMS / 2));
        let second = scope.spawn(|| sum(TERMS / 2..TERMS));
        first.join().expect("it does not panic") + second.join().expect("it does not panic")
    })
}
