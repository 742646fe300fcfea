use std::thread::sleep;
use std::time::Duration;

use multiprocess::{Child, Process, Result};

fn work(task: u32, millis: u64) -> u32 {
    // Stands in for real work.
    sleep(Duration::from_millis(millis));
    assert!(task != 2, "task {task} has failed");
    10 * task
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut children = Vec::new();
    for (task, millis) in [(1, 300), (2, 100), (3, 200)] {
        children.push(Process::new(work, (task, millis)).start()?);
    }
    let ends: Vec<_> = children.iter_mut().map(Child::join).collect();
    for end in ends {
        match end {
            Ok(result) => println!("returned {result}"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
