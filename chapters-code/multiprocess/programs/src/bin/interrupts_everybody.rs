//! Sends SIGINT to its process group, as Ctrl-C at a terminal does, again and again at moments when the forkserver has just
//! forked or is about to; its own handler does nothing.

use multiprocess::{JoinError, JoinErrorKind, Process, Result};
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats};

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::lead_group();
    os::handle(libc::SIGINT);
    let mut random = Random::from_environment();
    Process::new(|| (), ()).start()?.join()?;
    let server = proc::forkserver().expect("it runs");
    let repeats = repeats(2000);
    for round in 0..repeats {
        // The server forks the next child about now.
        for _ in 0..random.below(300) {
            std::hint::spin_loop();
        }
        os::kill_group(libc::SIGINT);
        let answer = Process::new(|| 42, ()).start()?.join();
        assert!(matches!(answer, Ok(42)), "round {round}: {answer:?}");
    }
    assert_eq!(proc::forkserver(), Some(server), "it lives on");
    // Once it has its work a child is one of the group.
    let place = Place::new("child");
    let mut child = Process::new(
        || {
            arrive("child");
            stay();
        },
        (),
    )
    .start()?;
    place.wait();
    os::kill_group(libc::SIGINT);
    println!(
        "{}",
        matches!(
            child.join(),
            Err(JoinError { kind: JoinErrorKind::Killed { signal: libc::SIGINT, .. }, .. })
        )
    );
    println!("{repeats} children answered");
    Ok(())
}
