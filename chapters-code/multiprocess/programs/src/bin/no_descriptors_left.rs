//! Starts under every limit of descriptors from too few to enough, and says at which step each start failed. With the
//! variation `low numbers taken`, the numbers that a child is handed descriptors under are taken in the parent.

use multiprocess::{Error, Process, Result, StartError};
use multiprocess_programs::{os, proc, show, variation};

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation() == "low numbers taken" {
        os::open_inheritable("/proc/version", 3);
        os::open_inheritable("/proc/version", 4);
    }
    // What is opened once and kept is opened here.
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    for limit in 0..=before.len() as u64 + 16 {
        os::limit(libc::RLIMIT_NOFILE, limit);
        let started = Process::new(|| 42, ()).start();
        let failed = matches!(started, Err(StartError::System { .. }));
        show(started.map_err(Error::from).and_then(|mut child| Ok(child.join()?)));
        os::limit(libc::RLIMIT_NOFILE, 100);
        assert_eq!(proc::descriptors(), before, "at the limit {limit}, failed: {failed}");
        assert_eq!(proc::children(), [], "at the limit {limit}, failed: {failed}");
    }
    Ok(())
}
