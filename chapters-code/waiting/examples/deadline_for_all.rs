use std::time::{Duration, Instant};

use multiprocess::{Child, Process, Result};

fn work(task: u32) -> u32 {
    if task == 1 {
        // this one never ends
        loop {
            std::thread::park();
        }
    }
    10 * task
}

fn main() -> Result<()> {
    multiprocess::init();
    let deadline = Instant::now() + Duration::from_millis(500);
    let mut children: Vec<Child<u32>> = Vec::new();
    for task in 1..=3 {
        children.push(Process::new(work, (task,)).start()?);
    }
    for child in &mut children {
        let left = deadline.saturating_duration_since(Instant::now());
        if let Some(result) = child.join_timeout(left)? {
            println!("{} returned {result}", child.name());
        } else {
            child.kill()?;
            println!("{}", child.join().unwrap_err());
        }
    }
    Ok(())
}
