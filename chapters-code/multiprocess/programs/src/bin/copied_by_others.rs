//! Other people's code forks a copy of a process that has children; the copy exits.

use std::time::Duration;

use multiprocess::{Process, Result};
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::os;

fn main() -> Result<()> {
    multiprocess_programs::init();
    let places = [Place::new("daemon"), Place::new("other")];
    let daemon = || {
        arrive("daemon");
        stay();
    };
    let other = || {
        arrive("other");
        stay();
    };
    let mut daemon = Process::new(daemon, ()).name("daemon").daemon(true).start()?;
    let mut other = Process::new(other, ()).name("other").start()?;
    places.into_iter().for_each(Place::wait);
    os::collect(os::raw_fork(&os::Copy::Exits));
    println!("{:?}", daemon.join_timeout(Duration::from_millis(50))?);
    println!("{:?}", other.try_join()?);
    other.kill()?;
    Ok(())
}
