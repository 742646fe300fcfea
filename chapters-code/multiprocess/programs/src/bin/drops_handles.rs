//! Drops the handles of children that have ended and of one that still runs, and looks for zombies.

use std::io::Read;

use multiprocess::{Process, Result};
use multiprocess_programs::{os, proc};

/// Ends when the pipe named by the path is closed.
fn wait_for(pipe: String) {
    let _ = std::fs::File::open(pipe).expect("a pipe").read(&mut [0]);
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    // The pipe by which children see that this process is alive is made for the first of them, and kept.
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let pipe = std::env::var("PIPE").expect("PIPE names a fifo");
    let running = Process::new(wait_for, (pipe.clone(),)).start()?;
    let pid = running.pid();
    drop(running);
    assert_eq!(proc::children().len(), 1, "a handle's drop does not end the process");
    // Opens once the child has opened its end, and lets it go.
    drop(std::fs::File::options().write(true).open(pipe).expect("the child has opened it"));
    while proc::children() != [(pid, 'Z')] {
        std::thread::yield_now();
    }
    let next = Process::new(|| (), ()).start()?;
    assert!(proc::children().iter().all(|&(child, _)| child == next.pid()), "a start collects it");
    os::kill(next.pid(), 0);
    while !proc::children().contains(&(next.pid(), 'Z')) {
        std::thread::yield_now();
    }
    drop(next);
    assert_eq!(proc::children(), [], "a drop collects what has ended");
    assert_eq!(proc::descriptors(), before);
    println!("no zombie and no descriptor is left");
    Ok(())
}
