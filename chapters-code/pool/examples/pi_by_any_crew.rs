use multiprocess::{Pool, Result};
use pi::series::sum;

const TERMS: u64 = 1_000_000;

fn pi_in(blocks: u64, pool: &Pool) -> Result<f64> {
    let size = TERMS / blocks;
    let blocks = (0..blocks).map(|n| n * size..(n + 1) * size);
    let mut total = 0.0;
    for part in pool.map(sum, blocks) {
        total += part?;
    }
    Ok(4.0 * total)
}

fn main() -> Result<()> {
    multiprocess::init();
    for workers in [1, 2, 4] {
        let pool = Pool::new(workers)?;
        println!("workers: {workers}");
        println!("  a block for each: {:.16}", pi_in(workers as u64, &pool)?);
        println!("  a hundred blocks: {:.16}", pi_in(100, &pool)?);
    }
    Ok(())
}
