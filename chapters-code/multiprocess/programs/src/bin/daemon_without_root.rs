//! Starts a daemon after it has given up root, for good or for a while, as the first argument says. With a second argument it has started
//! a child as root before; with a third, `killed`, it is killed while the daemon runs.

use multiprocess::Process;
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::os::{self, rights};
use multiprocess_programs::{run, show, variation};

fn daemon() {
    arrive("daemon");
    stay();
}

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    let argument = |number| std::env::args().nth(number).unwrap_or_default();
    if argument(2) == "started before" {
        Process::new(|| (), ()).start()?.join()?;
    }
    let given_up = match variation().as_str() {
        "for good" => rights::become_ordinary(),
        "for a while" => rights::act_as(rights::NOBODY),
        other => panic!("no way {other:?} to give up root"),
    };
    assert!(given_up, "the test runs this as root only");
    show(run(&Process::new(|| 42, ()).daemon(true)));
    let place = Place::new("daemon");
    let mut child = match Process::new(daemon, ()).name("daemon").daemon(true).start() {
        Ok(child) => child,
        Err(error) => {
            show::<()>(Err(error));
            return Ok(());
        }
    };
    if place.wait_or(&child) {
        println!("the daemon runs");
    } else {
        show(child.join());
    }
    if argument(3) == "killed" {
        os::kill_self(libc::SIGKILL);
    }
    Ok(())
}
