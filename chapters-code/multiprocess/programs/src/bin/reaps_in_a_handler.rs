//! Starts and joins children beside a handler of SIGCHLD that collects every child. With `slow parent` a child has ended
//! before its parent's `fork` returns, unless something holds it back. With `ignored` there is no handler: the kernel
//! collects every child. With `hook exits` the forkserver ends before it can serve.

use std::thread;
use std::time::Duration;

use multiprocess::{Process, set_forkserver_preload};
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
    match variation().as_str() {
        "ignored" => os::ignore(libc::SIGCHLD),
        _ => os::collect_in_a_handler(),
    }
    match variation().as_str() {
        "slow parent" => os::after_fork_in_parent(be_slow),
        "hook exits" => set_forkserver_preload(|| std::process::exit(3))
            .expect("a hook can be set before the first start"),
        _ => {}
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
