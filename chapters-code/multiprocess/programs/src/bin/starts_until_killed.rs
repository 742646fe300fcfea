//! Starts daemons and other children without end; `kills_parents` kills it.

use multiprocess::{Process, Result};
use multiprocess_programs::meeting::stay;

fn main() -> Result<()> {
    multiprocess_programs::init();
    loop {
        let idle = Process::new(stay, ()).daemon(true).start()?;
        let mut busy =
            Process::new(|text: String| text.len(), ("x".repeat(100_000),)).daemon(true).start()?;
        let mut child = Process::new(|| "x".repeat(100_000), ()).start()?;
        child.join()?;
        busy.join()?;
        idle.kill()?;
    }
}
