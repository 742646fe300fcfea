//! Joins a child a second time.

use multiprocess::{Process, Result};
use multiprocess_programs::show;

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut child = Process::new(|| 42, ()).start()?;
    show(child.join());
    show(child.join());
    Ok(())
}
