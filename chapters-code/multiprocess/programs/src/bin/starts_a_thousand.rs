//! Starts and joins a thousand children, and compares what it holds before and after.

use multiprocess::{Process, Result};
use multiprocess_programs::proc;

fn main() -> Result<()> {
    multiprocess_programs::init();
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    for n in 0..1000 {
        assert_eq!(Process::new(|n: u32| n + 1, (n,)).start()?.join()?, n + 1);
    }
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    println!("nothing is left of 1000 processes");
    Ok(())
}
