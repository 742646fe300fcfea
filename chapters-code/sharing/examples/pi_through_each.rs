use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;

use multiprocess::shared::RawValue;
use multiprocess::sync::Mutex;
use multiprocess::{Child, Process, Result, pipe, queue};
use serde::{Deserialize, Serialize};

// ANCHOR: total
#[derive(Clone, Serialize, Deserialize)]
enum Total {
    Pipe(pipe::Sender<f64>),
    Queue(queue::Sender<f64>),
    Locked(Mutex<f64>),
    Atomic(RawValue<f64>),
    Manager(pipe::Sender<(f64, pipe::Sender<f64>)>),
}

impl Total {
    fn add(&self, part: f64) -> Result<()> {
        match self {
            Total::Pipe(sender) => sender.send(part)?,
            Total::Queue(sender) => sender.send(part)?,
            Total::Locked(total) => *total.lock()? += part,
            Total::Atomic(total) => _ = total.fetch_add(part, Relaxed),
            Total::Manager(asks) => {
                let (asker, new_total) = pipe()?;
                asks.send((part, asker))?;
                new_total.recv()?;
            }
        }
        Ok(())
    }
}
// ANCHOR_END: total

// ANCHOR: workers
const TERMS: u64 = 1_000_000;
const AT_A_TIME: u64 = 100_000;

fn sum(terms: Range<u64>) -> f64 {
    let sign = |k: u64| if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    terms.map(|k| sign(k) / (2 * k + 1) as f64).sum()
}

fn work(terms: Range<u64>, total: Total) {
    for start in terms.step_by(AT_A_TIME as usize) {
        let part = sum(start..start + AT_A_TIME);
        total.add(part).expect("the total is there");
    }
}

fn start(total: Total) -> Result<[Child<()>; 2]> {
    let worker = |terms| Process::new(work, (terms, total.clone())).start();
    Ok([worker(0..TERMS / 2)?, worker(TERMS / 2..TERMS)?])
}
// ANCHOR_END: workers

// ANCHOR: manager
fn keep_total(requests: pipe::Receiver<(f64, pipe::Sender<f64>)>) -> f64 {
    let mut total = 0.0;
    for (part, asker) in requests.iter().flatten() {
        total += part;
        let _ = asker.send(total); // the asker may be gone
    }
    total
}
// ANCHOR_END: manager

fn join(workers: &mut [Child<()>]) -> Result<()> {
    workers.iter_mut().try_for_each(|worker| Ok(worker.join()?))
}

// ANCHOR: messages
fn main() -> Result<()> {
    multiprocess::init();
    let (sender, parts) = pipe()?;
    let mut workers = start(Total::Pipe(sender))?;
    let total: f64 =
        parts.iter().map(|part| part.expect("it arrives whole")).sum();
    join(&mut workers)?;
    println!("pipe: {:.4}", 4.0 * total);

    let (sender, parts) = queue(100)?;
    let mut workers = start(Total::Queue(sender))?;
    println!("queue: {:.4}", 4.0 * parts.iter().sum::<f64>());
    join(&mut workers)?;
    // ANCHOR_END: messages

    // ANCHOR: memory
    let locked = Mutex::new(0.0)?;
    join(&mut start(Total::Locked(locked.clone()))?)?;
    println!("lock: {:.4}", 4.0 * *locked.lock()?);

    let atomic = RawValue::new(0.0)?;
    join(&mut start(Total::Atomic(atomic.clone()))?)?;
    println!("atomic: {:.4}", 4.0 * atomic.load(Relaxed));

    let (asks, requests) = pipe()?;
    let mut manager = Process::new(keep_total, (requests,)).start()?;
    join(&mut start(Total::Manager(asks))?)?;
    println!("manager: {:.4}", 4.0 * manager.join()?);
    // ANCHOR_END: memory
    Ok(())
}
