//! A child that starts a daemon of its own and ends as the variation says; its parent then lives on.

use multiprocess::{Process, Result};
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::{os, show, variation};

fn daemon() {
    arrive("daemon");
    stay();
}

fn child(how: String) -> u32 {
    let place = Place::new("daemon");
    let daemon = Process::new(daemon, ()).name("daemon").daemon(true).start().expect("it starts");
    place.wait();
    match how.as_str() {
        "returns" => {}
        "panics" => panic!("as asked"),
        "exits" => std::process::exit(3),
        "_exit" => os::exit_now(3),
        other => panic!("no ending {other:?}"),
    }
    daemon.pid()
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut child = Process::new(child, (variation(),)).start()?;
    show(child.join().map(drop));
    Ok(())
}
