use std::time::{Duration, Instant};

use multiprocess::Process;
use multiprocess::sync::Event;

/// Makes a backup at the start, and another one every hour.
fn back_up(stop: Event) -> u32 {
    let mut backups = 1;
    while !stop.wait_timeout(Duration::from_secs(3600)) {
        backups += 1; // stands for making one
    }
    backups
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let begun = Instant::now();
    let stop = Event::new()?;
    let mut helper = Process::new(back_up, (stop.clone(),)).start()?;
    stop.set();
    println!("backups: {}", helper.join()?);
    println!("stopped within a minute: {}", begun.elapsed().as_secs() < 60);
    Ok(())
}
