use multiprocess::Process;
use pi::grid::column;
use std::ops::Range;

const RADIUS: u64 = 3000;

fn count(columns: Range<u64>) -> u64 {
    columns.map(|x| column(x, RADIUS)).sum()
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut left = Process::new(count, (0..RADIUS / 2,)).start()?;
    let mut right = Process::new(count, (RADIUS / 2..RADIUS,)).start()?;
    let (left, right) = (left.join()?, right.join()?);
    println!("{left} points on the left, {right} on the right");
    let all = (left + right) as f64;
    println!("pi, about: {:.4}", 4.0 * all / (RADIUS * RADIUS) as f64);
    Ok(())
}
