use multiprocess::Process;
use pi::grid::column;

const RADIUS: u64 = 3000;

fn count(first: u64) -> u64 {
    (first..RADIUS).step_by(2).map(|x| column(x, RADIUS)).sum()
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut even = Process::new(count, (0,)).start()?;
    let mut odd = Process::new(count, (1,)).start()?;
    let (even, odd) = (even.join()?, odd.join()?);
    println!("{even} points in even columns, {odd} in odd ones");
    let all = (even + odd) as f64;
    println!("pi, about: {:.4}", 4.0 * all / (RADIUS * RADIUS) as f64);
    Ok(())
}
