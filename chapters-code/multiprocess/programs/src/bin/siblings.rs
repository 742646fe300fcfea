//! A child that ends beside siblings, which are not its own.

use std::time::Duration;

use multiprocess::{Process, Result, active_children};
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::show;

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
    let mut daemon = Process::new(daemon, ()).daemon(true).start()?;
    let mut other = Process::new(other, ()).start()?;
    places.into_iter().for_each(Place::wait);
    show(Process::new(|| active_children().len(), ()).start()?.join_timeout(Duration::from_secs(10)));
    println!("{:?}", daemon.join_timeout(Duration::from_millis(50))?);
    println!("{:?}", other.try_join()?);
    other.kill()?;
    Ok(())
}
