use std::ops::Range;

use multiprocess::sync::Mutex;
use multiprocess::{Process, Result};
use pi::series::sum;

fn work(terms: Range<u64>, total: Mutex<f64>) {
    let part = sum(terms);
    *total.lock().expect("no worker was killed") += part;
}

fn main() -> Result<()> {
    multiprocess::init();
    let total = Mutex::new(0.0)?;
    let first_half = (0..500_000, total.clone());
    let second_half = (500_000..1_000_000, total.clone());
    let mut first = Process::new(work, first_half).start()?;
    let mut second = Process::new(work, second_half).start()?;
    first.join()?;
    second.join()?;
    println!("pi is about {:.4}", 4.0 * *total.lock()?);
    Ok(())
}
