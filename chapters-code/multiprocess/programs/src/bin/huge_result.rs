//! 64 MiB of result: `collected` whole, or `dropped` with the handle, whereupon the parent ends first.

use multiprocess::Process;
use multiprocess_programs::{show, variation};

fn huge() -> String {
    "é".repeat(32 << 20)
}

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    let mut child = Process::new(huge, ()).start()?;
    if variation() == "collected" {
        show(child.join().map(|text| (text.len(), text == huge())));
    }
    Ok(())
}
