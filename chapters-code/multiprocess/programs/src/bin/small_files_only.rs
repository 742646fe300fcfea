//! A process that may write files of at most 4 KiB gets a result that is larger.

use multiprocess::{Process, Result};
use multiprocess_programs::{os, show};

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::limit(libc::RLIMIT_FSIZE, 4096);
    show(Process::new(|| "x".repeat(1 << 20), ()).start()?.join().map(|text| text.len()));
    show(Process::new(|| 42, ()).start()?.join());
    Ok(())
}
