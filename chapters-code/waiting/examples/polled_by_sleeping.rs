use std::thread::sleep;
use std::time::{Duration, SystemTime};

use multiprocess::{Process, Result};

fn work() -> SystemTime {
    sleep(Duration::from_millis(150));
    SystemTime::now()
}

/// How many times it looked in vain, and how much later than the end it saw it.
fn wait_looking_every(pause: Duration) -> Result<(u32, Duration)> {
    let mut child = Process::new(work, ()).start()?;
    let mut looks = 0;
    while child.is_alive()? {
        looks += 1;
        sleep(pause);
    }
    let late = child.join()?.elapsed().unwrap_or_default();
    Ok((looks, late))
}

fn main() -> Result<()> {
    multiprocess::init();
    let (_, late) = wait_looking_every(Duration::from_millis(500))?;
    let later = late > Duration::from_millis(50);
    println!("every 500 ms: more than 50 ms late: {later}");
    let (looks, _) = wait_looking_every(Duration::from_millis(20))?;
    println!("every 20 ms: looked in vain more than once: {}", looks > 1);
    Ok(())
}
