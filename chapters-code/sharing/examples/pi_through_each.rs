use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;

use multiprocess::shared::RawValue;
use multiprocess::sync::Mutex;
use multiprocess::{Child, Process, Result, pipe, queue};
use serde::{Serialize, de::DeserializeOwned};

// ANCHOR: worker
const TERMS: u64 = 1_000_000;
const AT_A_TIME: u64 = 100_000;

/// Where a worker adds its sums.
trait Total: Clone + Serialize + DeserializeOwned + 'static {
    fn add(&self, part: f64) -> Result<()>;
}

impl Total for pipe::Sender<f64> {
    fn add(&self, part: f64) -> Result<()> {
        Ok(self.send(part)?)
    }
}

fn sum(terms: Range<u64>) -> f64 {
    let sign = |k: u64| if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    terms.map(|k| sign(k) / (2 * k + 1) as f64).sum()
}

fn work<T: Total>(terms: Range<u64>, total: T) {
    for start in terms.step_by(AT_A_TIME as usize) {
        let part = sum(start..start + AT_A_TIME);
        total.add(part).expect("the total is there");
    }
}
// ANCHOR_END: worker

// ANCHOR: pipe
fn start<T: Total>(total: T) -> Result<[Child<()>; 2]> {
    let worker = |terms| Process::new(work, (terms, total.clone())).start();
    Ok([worker(0..TERMS / 2)?, worker(TERMS / 2..TERMS)?])
}

fn join(workers: &mut [Child<()>]) -> Result<()> {
    workers.iter_mut().try_for_each(|worker| Ok(worker.join()?))
}

fn through_a_pipe() -> Result<f64> {
    let (sender, parts) = pipe::<f64>()?;
    let mut workers = start(sender)?;
    let mut total = 0.0;
    for part in &parts {
        total += part?;
    }
    join(&mut workers)?;
    Ok(total)
}
// ANCHOR_END: pipe

// ANCHOR: queue
impl Total for queue::Sender<f64> {
    fn add(&self, part: f64) -> Result<()> {
        Ok(self.send(part)?)
    }
}

fn through_a_queue() -> Result<f64> {
    let (sender, parts) = queue(100)?;
    let mut workers = start(sender)?;
    let total = parts.iter().sum();
    join(&mut workers)?;
    Ok(total)
}
// ANCHOR_END: queue

// ANCHOR: memory
impl Total for Mutex<f64> {
    fn add(&self, part: f64) -> Result<()> {
        *self.lock()? += part;
        Ok(())
    }
}

fn with_a_lock() -> Result<f64> {
    let total = Mutex::new(0.0)?;
    join(&mut start(total.clone())?)?;
    Ok(*total.lock()?)
}

impl Total for RawValue<f64> {
    fn add(&self, part: f64) -> Result<()> {
        self.fetch_add(part, Relaxed);
        Ok(())
    }
}

fn with_an_atomic() -> Result<f64> {
    let total = RawValue::new(0.0)?;
    join(&mut start(total.clone())?)?;
    Ok(total.load(Relaxed))
}
// ANCHOR_END: memory

// ANCHOR: manager
impl Total for pipe::Sender<(f64, pipe::Sender<f64>)> {
    fn add(&self, part: f64) -> Result<()> {
        let (reply, new_total) = pipe()?;
        self.send((part, reply))?;
        new_total.recv()?;
        Ok(())
    }
}

fn keep_total(requests: pipe::Receiver<(f64, pipe::Sender<f64>)>) -> f64 {
    let mut total = 0.0;
    for (part, reply) in requests.iter().flatten() {
        total += part;
        let _ = reply.send(total); // the worker may be gone
    }
    total
}

fn through_a_manager() -> Result<f64> {
    let (sender, requests) = pipe()?;
    let mut manager = Process::new(keep_total, (requests,)).start()?;
    join(&mut start(sender)?)?;
    Ok(manager.join()?)
}
// ANCHOR_END: manager

// ANCHOR: main
fn main() -> Result<()> {
    multiprocess::init();
    println!("pipe: {:.4}", 4.0 * through_a_pipe()?);
    println!("queue: {:.4}", 4.0 * through_a_queue()?);
    println!("lock: {:.4}", 4.0 * with_a_lock()?);
    println!("atomic: {:.4}", 4.0 * with_an_atomic()?);
    println!("manager: {:.4}", 4.0 * through_a_manager()?);
    Ok(())
}
// ANCHOR_END: main
