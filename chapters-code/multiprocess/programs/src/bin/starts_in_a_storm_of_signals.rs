//! Starts and joins children while a handler runs for SIGALRM a thousand times a second, and for each SIGCHLD.

use std::time::Duration;

use multiprocess::{Process, Result};
use multiprocess_programs::os;

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::handle(libc::SIGALRM);
    os::handle(libc::SIGCHLD);
    os::alarm_every(1000);
    let mut children = Vec::new();
    for n in 0..100u32 {
        children.push(Process::new(|n: u32| "x".repeat(n as usize), (n,)).start()?);
    }
    let lengths: Result<Vec<usize>> = children.iter_mut().map(|child| Ok(child.join()?.len())).collect();
    assert_eq!(lengths?, (0..100).collect::<Vec<_>>());
    // Long enough for fifty alarms to come while the join waits.
    let slow = || std::thread::sleep(Duration::from_millis(50));
    Process::new(slow, ()).start()?.join()?;
    println!("100 children answered");
    Ok(())
}
