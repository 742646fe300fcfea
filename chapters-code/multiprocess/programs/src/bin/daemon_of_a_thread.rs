//! A thread starts a daemon and ends; the daemon lives on.

use std::thread;
use std::time::Duration;

use multiprocess::{Process, Result};
use multiprocess_programs::meeting::{Place, arrive, stay};

fn main() -> Result<()> {
    multiprocess_programs::init();
    let place = Place::new("daemon");
    let target = || {
        arrive("daemon");
        stay();
    };
    let start = move || Process::new(target, ()).name("daemon").daemon(true).start();
    let mut daemon = thread::spawn(start).join().expect("it does not panic")?;
    // A signal at the thread's end would come before its join; one that was late would come meanwhile.
    place.wait();
    println!("{:?}", daemon.join_timeout(Duration::from_millis(50))?);
    Ok(())
}
