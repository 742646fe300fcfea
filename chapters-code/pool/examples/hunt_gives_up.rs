use std::time::Duration;

use multiprocess::{Pool, pool::time_left};

fn hunt(notes: Vec<usize>) -> Result<usize, String> {
    let (mut at, mut steps) = (0, 0);
    while at < notes.len() {
        if time_left() == Some(Duration::ZERO) {
            return Err("gave up".to_owned());
        }
        at = notes[at];
        steps += 1;
    }
    Ok(steps)
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let hunts = [vec![2, 3, 1], vec![1, 2, 0], vec![1, 2]];
    let limit = Duration::from_millis(200);
    let pool = Pool::builder()
        .workers(1)
        .soft_time_limit(limit)
        .time_limit(10 * limit)
        .start()?;
    let worker = pool.worker_pids();
    for result in pool.map(hunt, hunts) {
        println!("{:?}", result?);
    }
    println!("the same worker: {}", pool.worker_pids() == worker);
    Ok(())
}
