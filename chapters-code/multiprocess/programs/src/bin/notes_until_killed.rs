//! Starts children without end that note when they begin and when they have done; `kills_parents` kills it.

use multiprocess::{Process, Result};
use multiprocess_programs::notes::note;

fn work(what: String) {
    note(&format!("{what} begins"));
    std::hint::black_box((0..20_000u64).sum::<u64>());
    note(&format!("{what} has done"));
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    for number in 0u64.. {
        // Some are joined, and most run when the next is started.
        let mut child = Process::new(work, (format!("{}-{number}", std::process::id()),)).start()?;
        if number % 4 == 0 {
            child.join()?;
        }
    }
    Ok(())
}
