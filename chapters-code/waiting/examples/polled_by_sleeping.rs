use std::thread::sleep;
use std::time::Duration;

use multiprocess::Process;

fn work() {
    // Stands in for real work.
    sleep(Duration::from_millis(200));
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(work, ()).start()?;
    while child.is_alive()? {
        sleep(Duration::from_secs(1));
    }
    child.join()?;
    println!("the child has ended");
    Ok(())
}
