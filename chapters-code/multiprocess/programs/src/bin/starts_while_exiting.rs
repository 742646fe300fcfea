//! Starts children while the program exits: on another `thread`, or in an exit handler that runs after the library's
//! (`later`) or before it (`earlier`), as the variation says. A child notes whether its parent is there until it ends.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use multiprocess::{Process, Result, parent_process, wait};
use multiprocess_programs::notes::note;
use multiprocess_programs::{os, said, variation};

/// As many as a program without an end to its starts may start.
const MOST: u32 = 1000;

fn live_a_while() {
    let parent = parent_process().expect("a child has a parent");
    let ended = wait(&[parent.sentinel()], Some(Duration::from_millis(100)))
        .expect("the parent's sentinel can be waited for");
    note(if ended.is_empty() { "joined" } else { "orphaned" });
}

/// Gives whether it was started.
fn start() -> bool {
    match Process::new(live_a_while, ()).start() {
        Ok(_) => true,
        refused => {
            note(&format!("refused: {}", said(refused)));
            false
        }
    }
}

/// The program's first process. What is started anew runs `main` up to `init`, and has the first handler too.
static FIRST: AtomicU32 = AtomicU32::new(0);

extern "C" fn start_one() {
    if FIRST.load(Ordering::Relaxed) == std::process::id() && start() {
        note("started");
    }
}

fn main() -> Result<()> {
    let how = variation();
    // Handlers run in the opposite order.
    if how == "later" {
        os::at_exit(start_one);
    }
    multiprocess_programs::init();
    FIRST.store(std::process::id(), Ordering::Relaxed);
    match how.as_str() {
        "later" => {}
        "earlier" => os::at_exit(start_one),
        "thread" => {
            let (tell, told) = channel();
            thread::spawn(move || {
                for number in 0..MOST {
                    if !start() {
                        return;
                    }
                    if number == 2 {
                        let _ = tell.send(());
                    }
                }
                note("the limit");
            });
            told.recv_timeout(Duration::from_secs(10)).expect("the thread starts three children");
        }
        other => panic!("no such place: {other}"),
    }
    Ok(())
}
