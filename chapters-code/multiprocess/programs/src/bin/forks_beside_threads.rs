//! Starts while three more threads run, and when they have been joined.

use std::sync::mpsc;
use std::thread;

use multiprocess::{Process, Result};
use multiprocess_programs::{proc, show};

fn main() -> Result<()> {
    multiprocess_programs::init();
    let before = proc::descriptors();
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let (hold, held) = mpsc::channel::<()>();
            (hold, thread::spawn(move || held.recv()))
        })
        .collect();
    show(Process::new(|| 42, ()).start().map(drop));
    assert_eq!(proc::children(), []);
    for (hold, thread) in threads {
        drop(hold);
        let _ = thread.join().expect("it does not panic");
    }
    show(Process::new(|| 42, ()).start()?.join());
    assert_eq!(proc::descriptors().len(), before.len() + 3, "a pipe and /dev/null, for all children");
    Ok(())
}
