//! A queue with several senders and several receivers.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use multiprocess::pipe::Connection;
use multiprocess::queue::{Receiver, Sender};
use multiprocess::{Child, Process, StartMethod, duplex, queue};
use serde_bytes::ByteBuf;

use super::numbered::{blank, number, number_of};
use super::{BOUND, KIB, show};
use crate::batch::each;
use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "many",
    heads: ("A message through a queue of many processes", Some("times `multiprocess`")),
    unit: Unit::Nanoseconds,
    rounds: 80,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("The time of a batch, which is about 10 ms, by the number of all its messages. Four senders and four receivers \
            have the queue open in all rows. Those that a row does not name sleep.\n"
            .to_owned())
    },
    page: None,
};

const SIZES: [usize; 2] = [16, KIB];
const COUNTS: [usize; 3] = [1, 2, 4];
const MOST: usize = 4;

/// So many messages of a size, and then an empty one for each receiver.
type Send = (usize, u64, usize);

/// Messages of a size, until so many empty ones have come: one from each sender.
type Receive = (usize, usize);

/// How many messages a receiver has received, and the sum of their numbers.
type Received = (u64, u64);

fn name(whose: &str, senders: usize, receivers: usize, size: usize) -> String {
    format!("{}, {senders} to {receivers}: {whose}", show(size))
}

const OURS: &str = "`multiprocess::queue`";
const PYTHONS: &str = "Python's `Queue`";

fn cases() -> anyhow::Result<Vec<Case>> {
    let team = Rc::new(RefCell::new(Team::start()?));
    let python = Rc::new(RefCell::new(Helper::sharing(None)?));
    let mut cases = Vec::new();
    for size in SIZES {
        for senders in COUNTS {
            for receivers in COUNTS {
                let base = name(OURS, senders, receivers, size);
                let team = Rc::clone(&team);
                let run = move |count| team.borrow_mut().send(senders, receivers, size, count);
                cases.push(Case::new(&base, each(run)).over(&base));
                let python = Rc::clone(&python);
                let run = move |count| {
                    python.borrow_mut().duration(&format!("many {senders} {receivers} {size} {count}"))
                };
                cases.push(Case::new(name(PYTHONS, senders, receivers, size), each(run)).over(&base));
            }
        }
    }
    Ok(cases)
}

/// Senders and receivers of one queue, which sleep while they are asked nothing.
struct Team {
    senders: Vec<Connection<Send, ()>>,
    receivers: Vec<Connection<Receive, Received>>,
    children: Vec<Child<()>>,
}

impl Team {
    fn start() -> anyhow::Result<Team> {
        let (sender, receiver) = queue(BOUND)?;
        let mut team = Team { senders: vec![], receivers: vec![], children: vec![] };
        for _ in 0..MOST {
            let (control, childs) = duplex()?;
            let process = Process::new(send, (sender.clone(), childs));
            team.children.push(process.start_method(StartMethod::spawn()).daemon(true).start()?);
            team.senders.push(control);
            let (control, childs) = duplex()?;
            let process = Process::new(receive, (receiver.clone(), childs));
            team.children.push(process.start_method(StartMethod::spawn()).daemon(true).start()?);
            team.receivers.push(control);
        }
        Ok(team)
    }

    /// How long it takes until the messages have been received. Each sender sends as many, so they may be a few more than
    /// `count`. Then only a part of the time is returned.
    fn send(
        &mut self,
        senders: usize,
        receivers: usize,
        size: usize,
        count: u64,
    ) -> anyhow::Result<Duration> {
        let each = count.div_ceil(senders as u64);
        let started = Instant::now();
        for receiver in &self.receivers[..receivers] {
            receiver.send((size, senders))?;
        }
        for sender in &self.senders[..senders] {
            sender.send((size, each, receivers))?;
        }
        for sender in &self.senders[..senders] {
            sender.recv()?;
        }
        let mut all = (0, 0);
        for receiver in &self.receivers[..receivers] {
            let (count, sum) = receiver.recv()?;
            all = (all.0 + count, all.1 + sum);
        }
        let took = started.elapsed();
        let senders = senders as u64;
        let sent = (senders * each, senders * (each * (each - 1) / 2));
        ensure!(all == sent, "received {all:?} (their number, and the sum of their numbers) of {sent:?}");
        Ok(took.mul_f64(count as f64 / sent.0 as f64))
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.senders.clear();
        self.receivers.clear();
        for child in &mut self.children {
            let _ = child.join();
        }
    }
}

fn send(queue: Sender<ByteBuf>, parent: Connection<(), Send>) {
    while let Ok((size, count, receivers)) = parent.recv() {
        let mut message = blank(size);
        for at in 0..count {
            number(&mut message, at);
            queue.send(ByteBuf::from(&message[..])).expect("there are receivers");
        }
        for _ in 0..receivers {
            queue.send(ByteBuf::new()).expect("there are receivers");
        }
        parent.send(()).expect("the parent waits");
    }
}

fn receive(queue: Receiver<ByteBuf>, parent: Connection<Received, Receive>) {
    while let Ok((size, senders)) = parent.recv() {
        let mut received = (0, 0);
        let mut ended = 0;
        while ended < senders {
            let message = queue.recv().expect("there are senders");
            if message.is_empty() {
                ended += 1;
                continue;
            }
            let number = number_of(&message, size).expect("a message arrives whole");
            received = (received.0 + 1, received.1 + number);
        }
        parent.send(received).expect("the parent waits");
    }
}
