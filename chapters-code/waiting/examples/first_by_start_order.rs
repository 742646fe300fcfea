use std::thread::sleep;
use std::time::Duration;

use multiprocess::Process;

fn work(millis: u64) -> String {
    // Stands in for real work.
    sleep(Duration::from_millis(millis));
    format!("the one that took {millis} ms")
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut children = Vec::new();
    for millis in [300, 0, 100] {
        children.push(Process::new(work, (millis,)).start()?);
    }
    for child in &mut children {
        println!("next is {}", child.join()?);
    }
    Ok(())
}
