use std::time::{Duration, Instant};

use multiprocess::{Child, Process, Result, wait};

fn work(task: u32) -> u32 {
    if task == 1 {
        // This task never ends.
        loop {
            std::thread::park();
        }
    }
    10 * task
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut children: Vec<Child<u32>> = Vec::new();
    for task in 1..=3 {
        children.push(Process::new(work, (task,)).start()?);
    }
    // These two end first, so that every run prints the same.
    wait(&[children[1].sentinel()], None)?;
    wait(&[children[2].sentinel()], None)?;

    let deadline = Instant::now() + Duration::from_millis(200);
    for child in &mut children {
        let left = deadline.saturating_duration_since(Instant::now());
        let end = match child.join_timeout(left).transpose() {
            Some(in_time) => in_time,
            None => {
                child.kill()?;
                child.join() // it may have ended just before the kill
            }
        };
        match end {
            Ok(result) => println!("{} returned {result}", child.name()),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
