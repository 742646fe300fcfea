//! Kills children at random moments of their lives, and of as long a time again.

use std::time::Instant;

use multiprocess::{JoinError, JoinErrorKind, Process, Result};
use multiprocess_programs::random::Random;
use multiprocess_programs::{proc, repeats};

fn work() -> String {
    "x".repeat(1 << 20)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut random = Random::from_environment();
    // From the end of the start, which takes longer than the rest. The first child's takes longer than the others'.
    let mut lives = Vec::new();
    for _ in 0..5 {
        let mut child = Process::new(work, ()).start()?;
        let begun = Instant::now();
        child.join()?;
        lives.push(begun.elapsed());
    }
    let whole = *lives.iter().min().expect("there were five");
    let before = proc::descriptors();
    let (mut killed, mut returned, repeats) = (0, 0, repeats(200));
    for n in 0..repeats {
        let mut child = Process::new(work, ()).start()?;
        let moment = random.moment(2 * whole);
        let early = child.join_timeout(moment);
        let ended = if let Ok(None) = early {
            child.kill()?;
            child.join().map(Some)
        } else {
            early
        };
        match ended {
            Ok(Some(text)) if text.len() == 1 << 20 => returned += 1,
            Err(JoinError { kind: JoinErrorKind::Killed { signal: libc::SIGKILL, .. }, .. }) => killed += 1,
            other => {
                panic!("round {n}, killed after {moment:?}: {:?}", other.map(|text| text.map(|t| t.len())))
            }
        }
    }
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    eprintln!("{killed} killed, {returned} returned");
    println!("{}", killed > repeats / 10);
    Ok(())
}
