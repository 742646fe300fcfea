use multiprocess::{Pool, Result};
use pi::series::sum;

const BLOCKS: u64 = 100;
const SIZE: u64 = 10_000; // terms in a block

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    let blocks = (0..BLOCKS).map(|n| n * SIZE..(n + 1) * SIZE);
    let mut total = 0.0;
    for part in pool.map(sum, blocks) {
        total += part?;
    }
    println!("pi, about: {:.16}", 4.0 * total);
    Ok(())
}
