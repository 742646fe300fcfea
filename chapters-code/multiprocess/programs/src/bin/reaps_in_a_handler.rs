//! Starts and joins children beside a handler of SIGCHLD that collects every child. With `slow parent` a child has ended
//! before its parent's `fork` returns, unless something holds it back.

use std::thread;
use std::time::Duration;

use multiprocess::Process;
use multiprocess_programs::notes::note;
use multiprocess_programs::{os, repeats, said, variation};

fn end(number: u32) -> u32 {
    note(&number.to_string());
    match number % 3 {
        0 => std::process::exit(7),
        1 => os::kill_self(libc::SIGKILL),
        _ => {}
    }
    number
}

extern "C" fn be_slow() {
    let until = std::time::Instant::now() + Duration::from_millis(20);
    // A signal ends a sleep of C's, not one of Rust's; time is what the fault needs.
    thread::sleep(until.saturating_duration_since(std::time::Instant::now()));
}

fn main() {
    multiprocess_programs::init();
    os::collect_in_a_handler();
    if variation() == "slow parent" {
        os::after_fork_in_parent(be_slow);
    }
    for number in 0..repeats(60) {
        match Process::new(end, (number,)).start() {
            Ok(mut child) => {
                let joined = said(child.join());
                println!("{} joined {joined} status {}", number % 3, said(child.exit_status()));
            }
            refused => println!("{} start {}", number % 3, said(refused)),
        }
    }
}
