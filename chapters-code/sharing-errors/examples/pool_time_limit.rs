use std::time::Duration;

use multiprocess::{Pool, Result};

fn halve(mut n: u64) -> u32 {
    let mut halvings = 0;
    while n != 1 {
        n /= 2; // 0 stays 0
        halvings += 1;
    }
    halvings
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::builder()
        .workers(1)
        .time_limit(Duration::from_millis(100))
        .start()?;
    for result in pool.map(halve, [1, 1024, 0, 8]) {
        match result {
            Ok(halvings) => println!("{halvings}"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
