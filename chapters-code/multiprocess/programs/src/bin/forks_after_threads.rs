//! Starts, over and over, right after the threads of a scope, which are still there then for a moment.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Instant;

use multiprocess::{Process, Result};
use multiprocess_programs::{proc, repeats};

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (repeats, begun) = (repeats(1000), Instant::now());
    for n in 0..repeats {
        let sum = AtomicU32::new(0);
        // The end of a scope waits for what its threads do, not for the threads: they end a moment later.
        thread::scope(|scope| {
            scope.spawn(|| sum.fetch_add(n, Ordering::Relaxed));
            scope.spawn(|| sum.fetch_add(1, Ordering::Relaxed));
        });
        let mut child = Process::new(|n: u32| n + 1, (n,)).start()?;
        assert_eq!(child.join()?, sum.into_inner());
    }
    assert_eq!(proc::children(), []);
    eprintln!("{repeats} repeats took {:?}", begun.elapsed());
    println!("every start worked");
    Ok(())
}
