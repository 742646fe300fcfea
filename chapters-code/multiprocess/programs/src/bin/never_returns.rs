//! Targets that never return: a closure and a function, with a result type that can travel.

use std::time::Duration;

use multiprocess::{Process, Result};
use multiprocess_programs::said;

fn forever() {
    loop {
        std::thread::park();
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    #[expect(clippy::empty_loop, reason = "it is killed at once")]
    let mut closure = Process::new(|| -> () { loop {} }, ()).start()?;
    let mut function = Process::new(forever, ()).start()?;
    println!("{}", said(closure.join_timeout(Duration::ZERO).map(|ended| ended.is_some())));
    closure.kill()?;
    function.kill()?;
    println!("{} {}", said(closure.join().map(|_| ())), said(function.join().map(|_| ())));
    Ok(())
}
