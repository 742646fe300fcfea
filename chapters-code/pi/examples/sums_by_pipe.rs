use std::ops::Range;

use multiprocess::pipe::Sender;
use multiprocess::{Process, Result, pipe};
use pi::series::sum;

fn work(terms: Range<u64>, sums: Sender<f64>) {
    sums.send(sum(terms)).expect("main receives");
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, sums) = pipe()?;
    let first_half = (0..500_000, sender.clone());
    let second_half = (500_000..1_000_000, sender);
    let mut first = Process::new(work, first_half).start()?;
    let mut second = Process::new(work, second_half).start()?;

    let mut total = 0.0;
    for part in sums {
        total += part?;
    }
    first.join()?;
    second.join()?;
    println!("pi is about {:.4}", 4.0 * total);
    Ok(())
}
