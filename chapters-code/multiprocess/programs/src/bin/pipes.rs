//! Sends values of all lengths through pipes to children and back, hands ends out in structures, and iterates to the end.

use std::collections::BTreeMap;
use std::time::Duration;

use multiprocess::pipe::{Connection, Receiver, Sender};
use multiprocess::sync::Event;
use multiprocess::{Process, RecvError, Result, duplex, pipe, wait};
use multiprocess_programs::{os, proc, said};
use serde::{Deserialize, Serialize};

const LENGTHS: [usize; 7] = [0, 1, 1000, (128 << 10) - 3, (128 << 10) - 2, 1 << 20, 10 << 20];

/// What a child is given, each end in another place.
#[derive(Serialize, Deserialize)]
struct Ends {
    numbers: Option<Receiver<u32>>,
    sums: BTreeMap<String, Sender<u64>>,
}

fn answer(parent: Connection<String, String>) -> usize {
    let mut answered = 0;
    while let Ok(text) = parent.recv() {
        parent.send(text).expect("the parent receives");
        answered += 1;
    }
    answered
}

fn sum(ends: Ends) {
    let numbers = ends.numbers.expect("it is there").into_iter();
    let sum = numbers.map(|number| u64::from(number.expect("it arrives"))).sum();
    ends.sums["sum"].send(sum).expect("the parent receives");
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    // What is opened once and kept is opened here.
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();

    let (connection, childs) = duplex::<String, String>()?;
    let mut child = Process::new(answer, (childs,)).start()?;
    for length in LENGTHS {
        let text = "x".repeat(length);
        connection.send(text.clone())?;
        println!("{length}: {}", connection.recv()? == text);
    }
    println!("nothing more: {}", said(connection.try_recv().map(|text| text.len())));
    drop(connection);
    println!("answered: {}", said(child.join()));
    drop(child);

    // Each number goes to one of three children.
    let (numbers, receiver) = pipe::<u32>()?;
    let (sender, sums) = pipe::<u64>()?;
    let mut children = Vec::new();
    for _ in 0..3 {
        let sums = BTreeMap::from([("sum".to_owned(), sender.clone())]);
        let ends = Ends { numbers: Some(receiver.clone()), sums };
        children.push(Process::new(sum, (ends,)).start()?);
    }
    drop((receiver, sender));
    for number in 1..=10_000 {
        numbers.send(number)?;
    }
    drop(numbers);
    let sums = sums.into_iter().collect::<std::result::Result<Vec<u64>, RecvError>>()?;
    println!("{} sums, together {}", sums.len(), sums.iter().sum::<u64>());
    for child in &mut children {
        child.join()?;
    }
    drop(children);

    // A pipe beside a child, and signals all the time.
    os::handle(libc::SIGALRM);
    os::alarm_every(1000);
    let (sender, receiver) = pipe::<u32>()?;
    let go = Event::new()?;
    let send_late = |sender: Sender<u32>, go: Event| {
        go.wait();
        sender.send(7).expect("the parent receives");
    };
    let mut child = Process::new(send_late, (sender, go.clone())).start()?;
    println!("in 5 ms: {}", said(receiver.recv_timeout(Duration::from_millis(5))));
    go.set();
    println!("ready: {:?}", wait(&[&receiver], Some(Duration::from_secs(10)))?);
    println!("then: {}", said(receiver.recv()));
    println!("at the end: {}", said(receiver.recv()));
    child.join()?;
    drop((child, receiver, go));
    println!("nothing is left: {}", proc::descriptors() == before);
    Ok(())
}
