//! Kills the program that `PROGRAM` names at random moments, and sees that nothing of it lives on: it adopts what that
//! program leaves, and collects until there is nothing more to collect.

use std::process::Command;
use std::time::{Duration, Instant};

use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats};

#[expect(clippy::zombie_processes, reason = "it is collected with all that it leaves")]
fn main() {
    os::adopt_orphans();
    let mut random = Random::from_environment();
    let program = std::env::var_os("PROGRAM").expect("PROGRAM names one");
    let (mut with_children, repeats) = (0, repeats(200));
    for round in 0..repeats {
        let parent = Command::new(&program).spawn().expect("it can be run");
        let moment = random.moment(Duration::from_millis(30));
        let until = Instant::now() + moment;
        // Time is what the kill waits for.
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
        with_children += u32::from(proc::has_children(parent.id()));
        os::kill(parent.id(), libc::SIGKILL);
        let killed = Instant::now();
        while os::collect_any_child() {
            assert!(killed.elapsed() < Duration::from_secs(10), "round {round}, killed after {moment:?}");
        }
        assert_eq!(proc::children(), [], "round {round}, killed after {moment:?}");
    }
    eprintln!("{repeats} killed, {with_children} of them with children");
    println!("{}", with_children > repeats / 10);
}
