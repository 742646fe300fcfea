//! Signals each child right after its start.

use multiprocess::{JoinError, JoinErrorKind, Process, Result};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::{os, repeats};

fn main() -> Result<()> {
    multiprocess_programs::init();
    // So that no child ignores it, whatever started this program.
    os::handle(libc::SIGINT);
    let repeats = repeats(200);
    for round in 0..repeats {
        let mut child = Process::new(stay, ()).start()?;
        let expected = match round % 3 {
            0 => child.terminate().map(|()| libc::SIGTERM),
            1 => child.interrupt().map(|()| libc::SIGINT),
            _ => child.kill().map(|()| libc::SIGKILL),
        }?;
        let ended = child.join();
        assert!(
            matches!(ended, Err(JoinError { kind: JoinErrorKind::Killed { signal, .. }, .. }) if signal == expected),
            "round {round}: {ended:?}"
        );
    }
    println!("{repeats} were ended by the signal that they were sent");
    Ok(())
}
