use std::time::Duration;

use multiprocess::{Pool, Result};

/// Begins at note 0. Each note gives the number of the next one.
fn hunt(notes: Vec<usize>) -> usize {
    let (mut at, mut steps) = (0, 0);
    while at < notes.len() {
        at = notes[at];
        steps += 1;
    }
    steps
}

// ANCHOR: main
fn main() -> Result<()> {
    multiprocess::init();
    let hunts = [vec![2, 3, 1], vec![1, 2, 0], vec![1, 2]];
    let limit = Duration::from_millis(200);
    let pool = Pool::builder().workers(1).time_limit(limit).start()?;
    for result in pool.map(hunt, hunts) {
        match result {
            Ok(steps) => println!("treasure found after {steps} notes"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
// ANCHOR_END: main
