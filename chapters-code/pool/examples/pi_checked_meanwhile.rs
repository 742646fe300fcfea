use multiprocess::{Pool, Result};
use pi::series::sum;
use pi::summation::exact;

const TERMS: u64 = 1_000_000;

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    let first = pool.apply_async(sum, (0..TERMS / 2,));
    let second = pool.apply_async(sum, (TERMS / 2..TERMS,));
    let exact = 4.0 * exact(TERMS);
    let total = 4.0 * (first.get()? + second.get()?);
    println!("pi, about: {total:.16}");
    println!("exact sum: {exact:.16}");
    Ok(())
}
