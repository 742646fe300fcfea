use multiprocess::{Pool, Result};

fn square(n: u32) -> u32 {
    n * n
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(1)?;
    println!("{:?}", pool.apply(square, (3,)));
    pool.close();
    println!("{:?}", pool.apply(square, (4,)));
    pool.join();
    Ok(())
}
