//! Messages one after the other, from one process to another.

use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

use super::numbered::blank;
use super::peer::Answer;
use super::ways::{
    LARGE_QUEUE, OUR_BYTES, OUR_PIPE, OUR_QUEUE, PYTHON_QUEUE, PYTHON_SEND, PYTHON_SEND_BYTES, QUEUE_BYTES,
    SOCKETPAIR, ways,
};
use super::{KIB, MIB, show};
use crate::batch::each;
use crate::goal::Bound::AtLeast;
use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "messages",
    heads: ("A message, from one process to another", Some("times a socketpair")),
    unit: Unit::Nanoseconds,
    rounds: 80,
    cases,
    goals,
    note: || {
        Ok("A sample is a batch of messages that takes about 10 ms. The time is until the receiver has said that all have \
            arrived, by the number of messages. The kernel chooses where the two processes run. A packet of 1 MiB is \
            missing, because the buffer of a socket is 208 KiB by default. `ByteBuf` is from `serde_bytes`, and is written \
            in one piece, while a `Vec<u8>` is written element by element. `crossbeam-channel` passes a pointer on, and its \
            sender makes a new `Vec` for each message. `memcpy` copies each message once, in one process.\n"
            .to_owned())
    },
    page: None,
};

const SIZES: [usize; 4] = [16, KIB, 64 * KIB, MIB];

const MEMCPY: &str = "`memcpy`, in one process";

fn name(way: &str, size: usize) -> String {
    format!("{}: {way}", show(size))
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let ways = ways(Answer::Nothing, None)?;
    let mut cases = Vec::new();
    for size in SIZES {
        cases.push(memcpy(size));
        for way in ways.iter().filter(|way| size <= way.longest) {
            // What more memory changes for messages that take little of it is nothing.
            if way.name == LARGE_QUEUE && size < 64 * KIB {
                continue;
            }
            let took = Rc::clone(&way.took);
            let case = Case::new(name(way.name, size), each(move |count| took.borrow_mut()(size, count)));
            cases.push(case.over(name(SOCKETPAIR, size)));
        }
    }
    Ok(cases)
}

fn memcpy(size: usize) -> Case {
    let (from, mut to) = (blank(size), vec![0; size]);
    let run = move |count| {
        let started = Instant::now();
        for _ in 0..count {
            black_box(&mut to[..]).copy_from_slice(black_box(&from));
        }
        Ok(started.elapsed())
    };
    Case::new(name(MEMCPY, size), each(run)).over(name(SOCKETPAIR, size))
}

fn goals() -> Vec<Goal> {
    let goal =
        |of: &str, over: &str, size, bound| Goal::ratio(name(of, size), name(over, size), AtLeast(bound));
    let mut goals = Vec::new();
    for size in SIZES {
        goals.push(goal(SOCKETPAIR, OUR_BYTES, size, 0.8));
    }
    // Longer ones cost what the kernel's copies cost, in every language.
    for size in [16, KIB] {
        goals.push(goal(PYTHON_SEND_BYTES, OUR_BYTES, size, 2.2));
        goals.push(goal(PYTHON_SEND, OUR_PIPE, size, 2.2));
    }
    goals.push(goal(PYTHON_QUEUE, OUR_QUEUE, KIB, 30.0));
    goals.push(goal(SOCKETPAIR, OUR_QUEUE, KIB, 8.0));
    goals.push(goal(MEMCPY, QUEUE_BYTES, 64 * KIB, 0.4));
    goals
}
