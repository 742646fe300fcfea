//! Starts and joins a thousand children, or as many as it is told, and compares what it holds before and after.

use multiprocess::{Process, Result};
use multiprocess_programs::{proc, repeats};

fn main() -> Result<()> {
    multiprocess_programs::init();
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let count = repeats(1000);
    for n in 0..count {
        assert_eq!(Process::new(|n: u32| n + 1, (n,)).start()?.join()?, n + 1);
    }
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    println!("nothing is left of {count} processes");
    Ok(())
}
