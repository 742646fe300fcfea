//! Several processes send, several receive, at once. The handles are in structures and are passed on to grandchildren, and the
//! process that made the queue has none.

use multiprocess::queue::{Receiver, Sender, queue_with_bytes};
use multiprocess::{Child, Process, Result};
use serde::{Deserialize, Serialize};

const EACH: u32 = 1000;

#[derive(Serialize, Deserialize)]
struct Work {
    number: u32,
    ends: (Option<Sender<Value>>, Vec<Receiver<Value>>),
}

type Value = (u32, String);

/// Some values are longer than the memory of the queue.
fn text(n: u32) -> String {
    char::from(b'a' + (n % 26) as u8).to_string().repeat(if n % 200 == 7 { 9000 } else { (n % 70) as usize })
}

fn produce(work: Work) {
    let sender = work.ends.0.expect("it was given one");
    for n in work.number * EACH..(work.number + 1) * EACH {
        sender.send((n, text(n))).expect("there are receivers");
    }
}

/// Lets a child of its own do the work, after it has dropped its own handle.
fn consume(work: Work) -> Vec<u32> {
    if work.number.is_multiple_of(2) {
        let process = Process::new(consume, (Work { number: 1, ..work },));
        let mut child = process.start().expect("it starts");
        drop(process);
        return child.join().expect("it returns");
    }
    let receiver = work.ends.1.into_iter().next().expect("it was given one");
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let receiver = receiver.clone();
            std::thread::spawn(move || {
                receiver.iter().inspect(|(n, value)| assert_eq!(*value, text(*n))).map(|(n, _)| n).collect()
            })
        })
        .collect();
    threads.into_iter().flat_map(|thread| -> Vec<u32> { thread.join().expect("no panic") }).collect()
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    for (bound, bytes) in [(1, 4096), (100, 4096), (1000, 1 << 20)] {
        let (sender, receiver) = queue_with_bytes(bound, bytes)?;
        let mut consumers: Vec<Child<Vec<u32>>> = Vec::new();
        for number in 0..3 {
            let ends = (None, vec![receiver.clone()]);
            consumers.push(Process::new(consume, (Work { number, ends },)).start()?);
        }
        let mut producers = Vec::new();
        for number in 0..3 {
            let ends = (Some(sender.clone()), Vec::new());
            producers.push(Process::new(produce, (Work { number, ends },)).start()?);
        }
        drop((sender, receiver));
        let mut all = Vec::new();
        for mut consumer in consumers {
            all.extend(consumer.join()?);
        }
        for mut producer in producers {
            producer.join()?;
        }
        all.sort_unstable();
        println!("{bound}, {bytes}: {}", all == (0..3 * EACH).collect::<Vec<_>>());
    }
    Ok(())
}
