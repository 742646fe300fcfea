use multiprocess::{Pool, Result};

/// Draws a square island, with one byte for each step.
fn draw(steps: usize) -> usize {
    let map = vec![b'~'; steps * steps];
    map.len()
}

fn main() -> Result<()> {
    multiprocess::init();
    let limit = 100_000_000; // bytes
    let pool = Pool::builder().workers(1).memory_limit(limit).start()?;
    for result in pool.map(draw, [1_000, 20_000, 2_000]) {
        match result {
            Ok(bytes) => println!("a map of {bytes} bytes"),
            Err(error) => println!("no map: it {}", error.kind),
        }
    }
    Ok(())
}
