//! Eight children that panic at once, and standard error for all of them.

use multiprocess::{Process, Result};
use multiprocess_programs::variation;

fn fail(length: usize) {
    panic!("{}", "x".repeat(length));
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let length: usize = variation().parse().expect("the length of the message");
    let started = (0..8).map(|_| Process::new(fail, (length,)).start());
    for mut child in started.collect::<std::result::Result<Vec<_>, _>>()? {
        child.join().expect_err("it panics");
    }
    Ok(())
}
