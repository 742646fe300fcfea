//! The same work by one, two and four threads, in Rust and in Python.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::thread::sleep;
use std::time::Duration;

use super::{by_threads, microseconds};
use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "gil",
    heads: ("The same work, by threads", Some("times its one")),
    unit: Unit::Microseconds,
    rounds: 12,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok(format!(
            "Computing: the longest way to 1 by halving even numbers and replacing an odd n by 3n + 1, among the numbers \
             below {NUMBERS} in Rust and {PYTHON_NUMBERS} in Python. Hashing: SHA-256 of {BLOCKS} blocks of 1 MiB, by \
             Python's `hashlib`, which is in C. Waiting: {WAITS} sleeps of {WAIT} ms. The threads share the work out in \
             equal parts, and each time includes their starts and ends. This Python has the lock.\n"
        ))
    },
    page: None,
};

const THREADS: [u64; 3] = [1, 2, 4];
const NUMBERS: u64 = 1_000_000;
const PYTHON_NUMBERS: u64 = 25_000;
const BLOCKS: u64 = 128;
const WAITS: u64 = 8;
const WAIT: u64 = 20;

fn name(what: &str, count: u64) -> String {
    format!("{what}: {count}")
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let python = Rc::new(RefCell::new(Helper::threads()?));
    let mut cases = Vec::new();
    let mut add = |what: &str, count, case: Box<dyn FnMut() -> anyhow::Result<f64>>| {
        cases.push(Case::new(name(what, count), case).over(name(what, 1)));
    };
    for count in THREADS {
        add(
            "Rust, computing",
            count,
            Box::new(move || Ok(microseconds(by_threads(count, NUMBERS, compute)))),
        );
    }
    let asked = |task: String| {
        let python = Rc::clone(&python);
        Box::new(move || python.borrow_mut().time(&task))
    };
    for count in THREADS {
        add("Python, computing", count, asked(format!("compute {count} {PYTHON_NUMBERS}")));
    }
    for count in THREADS {
        add("Python, hashing", count, asked(format!("hash {count} {BLOCKS}")));
    }
    for count in THREADS {
        add("Rust, waiting", count, Box::new(move || Ok(microseconds(by_threads(count, WAITS, wait)))));
    }
    for count in THREADS {
        add("Python, waiting", count, asked(format!("wait {count} {WAITS} {WAIT}")));
    }
    Ok(cases)
}

fn compute(numbers: std::ops::Range<u64>) {
    black_box(numbers.filter(|&n| n > 0).map(steps).max());
}

fn steps(mut n: u64) -> u32 {
    let mut count = 0;
    while n != 1 {
        n = if n.is_multiple_of(2) { n / 2 } else { 3 * n + 1 };
        count += 1;
    }
    count
}

fn wait(waits: std::ops::Range<u64>) {
    waits.for_each(|_| sleep(Duration::from_millis(WAIT)));
}
