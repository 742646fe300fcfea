//! A program that ends, as the variation says, while it has a daemon and another child. With a second argument the
//! daemon ignores SIGTERM.

use std::process::{abort, exit};
use std::thread;

use multiprocess::{Process, Result, parent_process, wait};
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::{os, variation};

fn daemon(ignores: bool) {
    if ignores {
        os::ignore(libc::SIGTERM);
    }
    arrive("daemon");
    stay();
}

/// Ends a while after its parent has begun to exit, or after its parent has ended.
fn other(parent_waits: bool) {
    let parent = parent_process().expect("a child has a parent");
    assert!(parent.is_alive());
    arrive("other");
    let timeout = parent_waits.then_some(std::time::Duration::from_millis(100));
    let ended = wait(&[parent.sentinel()], timeout).expect("it can be waited for");
    println!("the other child ends, its parent {}", if parent.is_alive() { "alive" } else { "gone" });
    assert_eq!(ended.is_empty(), parent.is_alive());
}

extern "C" fn last() {
    // A spawned child registers it too.
    if parent_process().is_none() {
        os::write_to_stderr(b"the last exit handler\n");
    }
}

fn main() -> Result<()> {
    // Handlers run in the opposite order: this one after the one that `init` registers.
    os::at_exit(last);
    multiprocess_programs::init();
    let how = variation();
    let places = [Place::new("daemon"), Place::new("other")];
    let ignores = std::env::args().nth(2).is_some();
    let parent_waits = !["_exit", "abort", "killed"].contains(&how.as_str());
    let _daemon = Process::new(daemon, (ignores,)).name("daemon").daemon(true).start()?;
    let _other = Process::new(other, (parent_waits,)).name("other").start()?;
    places.into_iter().for_each(Place::wait);
    match how.as_str() {
        "returns" => {}
        "panics" => panic!("as asked"),
        "exits" => exit(3),
        "exits on a thread" => drop(thread::spawn(|| exit(3)).join()),
        "_exit" => os::exit_now(3),
        "abort" => abort(),
        "killed" => os::kill_self(libc::SIGKILL),
        other => panic!("no ending {other:?}"),
    }
    Ok(())
}
