use std::thread::sleep;
use std::time::{Duration, Instant};

use multiprocess::{Process, Result};

fn wait_forever() {
    loop {
        std::thread::park();
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut child = Process::new(wait_forever, ()).start()?;
    let pause = Duration::from_millis(100);
    let (mut looks, mut asked) = (0, Instant::now());
    while child.is_alive()? {
        looks += 1;
        if looks == 3 {
            // The child is asked to end only now.
            child.terminate()?;
            asked = Instant::now();
        }
        sleep(pause);
    }
    let late = asked.elapsed() >= pause;
    println!("looked in vain at least 3 times: {}", looks >= 3);
    println!("noticed at least 100 ms after the signal: {late}");
    println!("{}", child.join().unwrap_err());
    Ok(())
}
