//! Starts under every limit of descriptors from too few to enough, and says at which step each start failed.

use multiprocess::{Error, Process, Result};
use multiprocess_programs::{os, proc, show};

fn main() -> Result<()> {
    multiprocess::init();
    // What is opened once and kept, the authkey among it, is opened here.
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    for free in 0..6 {
        os::limit(libc::RLIMIT_NOFILE, before.len() as u64 + free);
        let started = Process::new(|| 42, ()).start();
        let failed = matches!(started, Err(Error::Start { .. }));
        show(started.and_then(|mut child| child.join()));
        os::limit(libc::RLIMIT_NOFILE, 100);
        assert_eq!(proc::descriptors(), before, "with {free} free, failed: {failed}");
        assert_eq!(proc::children(), []);
    }
    Ok(())
}
