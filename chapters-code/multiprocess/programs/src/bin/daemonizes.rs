//! A program that makes itself a Unix daemon after `init`, as daemon(7) says, and then starts a child and a daemon and
//! ends. With `after a start` it has started another child before.

use std::time::Duration;

use multiprocess::{Process, Result, parent_process, wait};
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::{os, run, variation};

fn daemon() {
    arrive("daemon");
    stay();
}

/// Ends a while after its parent has begun to exit, or after its parent has ended.
fn other() {
    let parent = parent_process().expect("a child has a parent");
    arrive("other");
    let ended = wait(&[parent.sentinel()], Some(Duration::from_millis(100)))
        .expect("the parent's sentinel can be waited for");
    println!("the other child ends, its parent {}", if ended.is_empty() { "alive" } else { "gone" });
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation() == "after a start" {
        run(&Process::new(|| (), ()))?;
    }
    if os::fork().is_some() {
        os::exit_now(0);
    }
    os::lead_session();
    if os::fork().is_some() {
        os::exit_now(0);
    }
    let places = [Place::new("daemon"), Place::new("other")];
    let _daemon = Process::new(daemon, ()).name("daemon").daemon(true).start()?;
    let _other = Process::new(other, ()).name("other").start()?;
    places.into_iter().for_each(Place::wait);
    println!("the program ends");
    Ok(())
}
