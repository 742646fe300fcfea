//! Everything that can be asked of a handle and done with it, before, at and after the process's end.

use std::time::{Duration, Instant};

use multiprocess::{Child, Process, Result};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::{show, variant};

fn ask(child: &mut Child<()>) -> Result<()> {
    println!("alive: {:?}, status: {:?}", child.is_alive()?, child.exit_status()?);
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut child = Process::new(stay, ()).start()?;
    ask(&mut child)?;
    show(child.try_join());
    let begun = Instant::now();
    show(child.join_timeout(Duration::from_millis(30)));
    assert!(begun.elapsed() >= Duration::from_millis(30));
    let (mut child, error) = child.close().expect_err("it runs");
    let error = error.into();
    println!("{}: {error}", variant(&error));
    child.terminate()?;
    show(child.join());
    ask(&mut child)?;
    child.kill()?;
    show(child.try_join());
    println!("closed: {}", child.close().is_ok());

    let mut interrupted = Process::new(stay, ()).start()?;
    interrupted.interrupt()?;
    show(interrupted.join_timeout(Duration::from_secs(50)));
    let mut killed = Process::new(stay, ()).start()?;
    killed.kill()?;
    killed.kill()?;
    show(killed.join_timeout(Duration::MAX));

    let mut done = Process::new(|| 42, ()).start()?;
    while done.is_alive()? {
        std::thread::yield_now();
    }
    println!("status: {:?}", done.exit_status()?);
    show(done.try_join());
    let unread = Process::new(|| 42, ()).start()?;
    while unread.is_alive()? {
        std::thread::yield_now();
    }
    println!("closed: {}", unread.close().is_ok());
    Ok(())
}
