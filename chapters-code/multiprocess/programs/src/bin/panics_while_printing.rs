//! A child that panics in the middle of printing to standard error.

use std::fmt;

use multiprocess::{Process, Result};
use multiprocess_programs::show;

struct Fails;

impl fmt::Display for Fails {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("in the middle of a line")
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    show(Process::new(|| eprintln!("about to fail: {Fails}"), ()).start()?.join());
    Ok(())
}
