//! Targets that never return: a closure and a function.

use std::time::Duration;

use multiprocess::{Process, Result};
use multiprocess_programs::said;

fn for_ever() -> ! {
    loop {
        std::thread::park();
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    #[expect(clippy::empty_loop, reason = "it is killed at once")]
    let mut closure = Process::new(|| loop {}, ()).start()?;
    let mut function = Process::new(for_ever, ()).start()?;
    println!("{}", said(closure.join_timeout(Duration::ZERO).map(|ended| ended.is_some())));
    closure.kill()?;
    function.kill()?;
    println!("{} {}", said(closure.join().map(|_| ())), said(function.join().map(|_| ())));
    Ok(())
}
